/* A map in the console's colours, of our own data alone unless the office has set a background. */

import "maplibre-gl/dist/maplibre-gl.css";

import type { FeatureCollection, Geometry } from "geojson";
import { type GeoJSONSource, LngLatBounds, Map, NavigationControl, ScaleControl, setWorkerUrl, type StyleSpecification } from "maplibre-gl";
import worker from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";

import type { MapData } from "../ground";

export const COLOURS = {
  ink: "#1c2723", soft: "#52605a", line: "#dedcd2", paper: "#f5f4ef", pine: "#1f5c46", gold: "#c08a1e", red: "#a8321f", blue: "#2b6aa3",
};
const FONT = ["Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "sans-serif"];
const CHINA: [number, number, number, number] = [98, 22, 122, 42];

setWorkerUrl(new URL(worker, import.meta.url).href);

export type Features = FeatureCollection;
export const NOTHING: Features = { type: "FeatureCollection", features: [] };

export function open(box: HTMLElement, data: MapData): Map {
  const place = box.querySelector<HTMLElement>(".ground-canvas") ?? box;
  const map = new Map({
    container: place, style: style(data), bounds: around(data), fitBoundsOptions: { padding: 40, maxZoom: 13 },
    attributionControl: data.background ? {} : false, dragRotate: false, pitchWithRotate: false, touchPitch: false,
    localIdeographFontFamily: FONT.join(", "), fadeDuration: 0, maxZoom: 18,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ maxWidth: 110 }), "bottom-left");
  map.once("idle", () => {
    box.dataset.ready = "";
  });
  return map;
}

/** Where to look at first: what is known of the region, or the country. */
function around(data: MapData): [number, number, number, number] {
  if (data.places.length === 0) return CHINA;
  const xs = data.places.map((one) => one.x);
  const ys = data.places.map((one) => one.y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

function style(data: MapData): StyleSpecification {
  const made: StyleSpecification = {
    version: 8,
    sources: { around: { type: "geojson", data: points(data) } },
    layers: [{ id: "paper", type: "background", paint: { "background-color": COLOURS.paper } }],
  };
  for (const [number, tiles] of (data.background?.sets ?? []).entries()) {
    const id = `background${String(number)}`;
    made.sources[id] = { type: "raster", tiles, tileSize: 256, maxzoom: data.background?.deepest ?? 18, attribution: data.background?.by ?? "" };
    made.layers.push({ id, type: "raster", source: id });
  }
  made.layers.push(
    { id: "around", type: "circle", source: "around", paint: { "circle-radius": 3, "circle-color": "#fff", "circle-stroke-color": COLOURS.soft, "circle-stroke-width": 1.2 } },
    { id: "around-name", type: "symbol", source: "around", minzoom: 10, layout: { "text-field": ["get", "name"], "text-size": 12, "text-offset": [0, 0.9], "text-anchor": "top", "text-font": FONT, "text-optional": true }, paint: { "text-color": COLOURS.soft, "text-halo-color": "#fff", "text-halo-width": 1.4 } },
  );
  return made;
}

function points(data: MapData): Features {
  return {
    type: "FeatureCollection",
    features: data.places.map((one) => ({ type: "Feature", geometry: { type: "Point", coordinates: [one.x, one.y] }, properties: { name: one.name } })),
  };
}

/** A point for each name: of an area the map would write it once in every tile that the area lies in. */
function named(places: Features): Features {
  const features: Features["features"] = places.features.flatMap((one) => {
    const bounds = boundsOf([one.geometry]);
    if (bounds.isEmpty()) return [];
    const line = one.geometry.type === "LineString" ? one.geometry.coordinates : null;
    const coordinates = line?.[Math.floor(line.length / 2)] ?? bounds.getCenter().toArray();
    return [{ type: "Feature", geometry: { type: "Point", coordinates }, properties: one.properties }];
  });
  return { type: "FeatureCollection", features };
}

/** Areas, routes and key points under the villages' names. */
export function drawPlaces(map: Map, places: Features): void {
  map.addSource("places", { type: "geojson", data: places });
  const kind = (name: string): ["==", ["get", string], string] => ["==", ["get", "kind"], name];
  map.addLayer({ id: "areas", type: "fill", source: "places", filter: kind("area"), paint: { "fill-color": ["case", ["to-boolean", ["get", "silent"]], COLOURS.gold, COLOURS.pine], "fill-opacity": 0.14 } }, "around");
  map.addLayer({ id: "borders", type: "line", source: "places", filter: kind("area"), paint: { "line-color": ["case", ["to-boolean", ["get", "silent"]], COLOURS.gold, COLOURS.pine], "line-width": 1.6 } }, "around");
  map.addLayer({ id: "routes", type: "line", source: "places", filter: kind("route"), paint: { "line-color": COLOURS.soft, "line-width": 1.6, "line-dasharray": [3, 2] } }, "around");
  map.addLayer({ id: "points", type: "circle", source: "places", filter: kind("point"), paint: { "circle-radius": 5.5, "circle-color": COLOURS.gold, "circle-stroke-color": "#fff", "circle-stroke-width": 1.5 } });
  map.addSource("place-names", { type: "geojson", data: named(places) });
  map.addLayer({ id: "place-names", type: "symbol", source: "place-names", layout: { "text-field": ["get", "name"], "text-size": 12, "text-offset": [0, -1.1], "text-font": FONT, "text-optional": true }, paint: { "text-color": COLOURS.ink, "text-halo-color": "#fff", "text-halo-width": 1.6 } });
}

export function set(map: Map, source: string, data: Features): void {
  void map.getSource<GeoJSONSource>(source)?.setData(data);
}

function boundsOf(shapes: readonly Geometry[]): LngLatBounds {
  const bounds = new LngLatBounds();
  const take = (value: unknown): void => {
    if (!Array.isArray(value)) return;
    if (typeof value[0] === "number" && typeof value[1] === "number") bounds.extend([value[0], value[1]]);
    else value.forEach(take);
  };
  for (const shape of shapes) if ("coordinates" in shape) take(shape.coordinates);
  return bounds;
}

/** All of the data in view. */
export function fit(map: Map, collections: readonly Features[]): void {
  const bounds = boundsOf(collections.flatMap((one) => one.features.map(({ geometry }) => geometry)));
  if (!bounds.isEmpty()) map.fitBounds(bounds, { padding: 40, maxZoom: 16, animate: false });
}

export async function loaded(map: Map): Promise<void> {
  if (!map.isStyleLoaded()) await new Promise<void>((done) => map.once("load", () => { done(); }));
}

export async function fetched<Answer>(address: string): Promise<Answer> {
  const response = await fetch(address, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(String(response.status));
  return (await response.json()) as Answer;
}

/** What stands below the map. */
export function say(map: Map, words: string): void {
  const line = map.getContainer().parentElement?.querySelector("[data-ground-says]");
  if (line) line.textContent = words;
}
