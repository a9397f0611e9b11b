/* Areas, routes and key points; over an area, a month's ways with the width that was seen. */

import type { Map } from "maplibre-gl";

import type { MapData } from "../ground";
import { COLOURS, drawPlaces, type Features, fetched, fit, loaded } from "./map";

interface Answer {
  places: Features;
  lines?: [number, number][][];
  swath?: number;
}

const EQUATOR = 40_075_016.7;
const TILE = 512;

export async function show(map: Map, data: MapData): Promise<void> {
  const [answer] = await Promise.all([fetched<Answer>(data.tracks ?? data.ground ?? ""), loaded(map)]);
  drawPlaces(map, answer.places);
  if (answer.lines) drawWays(map, answer.lines, answer.swath ?? 50, middle(answer.places, map));
  fit(map, [answer.places]);
  map.on("click", (event) => {
    const hit = map.queryRenderedFeatures(event.point, { layers: ["points", "areas", "routes"] })[0];
    const url = hit?.properties.url as string | undefined;
    if (url) window.location.href = url;
  });
  for (const layer of ["areas", "points", "routes"]) {
    map.on("mouseenter", layer, () => {
      map.getCanvas().style.cursor = answer.lines ? "" : "pointer";
    });
    map.on("mouseleave", layer, () => {
      map.getCanvas().style.cursor = "";
    });
  }
}

/** Degrees of latitude of the middle of the area, by which metres become pixels. */
function middle(places: Features, map: Map): number {
  const first = places.features[0]?.geometry;
  return first?.type === "MultiPolygon" ? (first.coordinates[0]?.[0]?.[0]?.[1] ?? map.getCenter().lat) : map.getCenter().lat;
}

function drawWays(map: Map, lines: [number, number][][], swath: number, latitude: number): void {
  const features: Features = { type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates: lines.filter((line) => line.length > 1) } }] };
  const pixels = (zoom: number): number => (swath * TILE * 2 ** zoom) / (EQUATOR * Math.cos((latitude * Math.PI) / 180));
  map.addSource("ways", { type: "geojson", data: features });
  map.addLayer({ id: "swath", type: "line", source: "ways", layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": COLOURS.blue, "line-opacity": 0.28, "line-width": ["interpolate", ["exponential", 2], ["zoom"], 6, pixels(6), 20, pixels(20)] } }, "around");
  map.addLayer({ id: "ways", type: "line", source: "ways", paint: { "line-color": COLOURS.blue, "line-width": 1.2, "line-opacity": 0.8 } }, "around");
}
