/* Who is out now. The picture comes whole once, then what changed; nothing is asked for while the page is not looked at. */

import type { Map, MapMouseEvent } from "maplibre-gl";
import { Popup } from "maplibre-gl";

import type { MapData } from "../ground";
import { COLOURS, type Features, fetched, loaded, NOTHING, say, set } from "./map";

type Drawn = [number, number, number, string?, number?, string?];
/** Longitude, latitude, number of people; of one person also the name, the seconds of the fix, the patrol. */
interface Picture {
  number: number;
  whole: boolean;
  set: Record<string, Drawn>;
  gone: string[];
}

const LATE_S = 600;

export function watch(map: Map, box: HTMLElement, data: MapData): void {
  let drawn: Record<string, Drawn> = {};
  let known = 0;
  let waiting = 0;
  const ask = async (): Promise<void> => {
    clearTimeout(waiting);
    if (!document.hidden) {
      try {
        const bounds = map.getBounds();
        const view = { w: bounds.getWest(), s: bounds.getSouth(), e: bounds.getEast(), n: bounds.getNorth(), z: map.getZoom(), known };
        const query = Object.entries(view).map(([name, value]) => `${name}=${value.toFixed(name === "known" ? 0 : 3)}`).join("&");
        const picture = await fetched<Picture>(`${data.live ?? ""}?${query}`);
        drawn = picture.whole ? picture.set : { ...drawn, ...picture.set };
        for (const key of picture.gone) Reflect.deleteProperty(drawn, key);
        known = picture.number;
        draw(map, drawn, data, box);
      } catch {
        say(map, data.words.lost ?? "");
      }
    }
    waiting = window.setTimeout(() => void ask(), (data.seconds ?? 15) * 1000);
  };
  void loaded(map).then(() => {
    prepare(map, data);
    map.on("moveend", () => {
      known = 0;
      void ask();
    });
    void ask();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) void ask();
  });
}

function prepare(map: Map, data: MapData): void {
  map.addSource("out", { type: "geojson", data: NOTHING });
  map.addLayer({ id: "out", type: "circle", source: "out", paint: {
    "circle-radius": ["interpolate", ["linear"], ["get", "people"], 1, 7, 20, 13, 500, 22],
    "circle-color": ["case", ["to-boolean", ["get", "late"]], COLOURS.soft, COLOURS.pine],
    "circle-opacity": 0.88, "circle-stroke-color": "#fff", "circle-stroke-width": 1.5,
  } });
  map.addLayer({ id: "out-number", type: "symbol", source: "out", layout: { "text-field": ["get", "label"], "text-size": 12, "text-allow-overlap": true, "text-offset": ["case", [">", ["get", "people"], 1], ["literal", [0, 0]], ["literal", [0, 1.3]]], "text-font": ["Noto Sans CJK SC", "sans-serif"] }, paint: { "text-color": ["case", [">", ["get", "people"], 1], "#fff", COLOURS.ink], "text-halo-color": ["case", [">", ["get", "people"], 1], COLOURS.pine, "#fff"], "text-halo-width": 1 } });
  map.on("click", "out", (event: MapMouseEvent) => {
    opened(map, event, data);
  });
}

/** One person: who, when, and the patrol. A group: nearer. */
function opened(map: Map, event: MapMouseEvent, data: MapData): void {
  const hit = map.queryRenderedFeatures(event.point, { layers: ["out"] })[0];
  if (!hit) return;
  const { people, label, time, patrol } = hit.properties as { people: number; label: string; time: string; patrol: string };
  if (people > 1) {
    map.easeTo({ center: event.lngLat, zoom: map.getZoom() + 2 });
    return;
  }
  const box = document.createElement("div");
  const link = document.createElement("a");
  link.href = (data.patrol ?? "").replace(/0{8}-0{4}-0{4}-0{4}-0{12}/, patrol);
  link.textContent = label;
  box.append(link, ` ${data.words.last ?? ""} ${time}`);
  new Popup({ closeButton: false }).setLngLat(event.lngLat).setDOMContent(box).addTo(map);
}

function draw(map: Map, drawn: Readonly<Record<string, Drawn>>, data: MapData, box: HTMLElement): void {
  const now = Date.now() / 1000;
  const out = Object.values(drawn);
  const features: Features = {
    type: "FeatureCollection",
    features: out.map(([x, y, people, name, at, patrol]) => ({
      type: "Feature", geometry: { type: "Point", coordinates: [x, y] },
      properties: {
        people, label: people > 1 ? String(people) : (name ?? "1"), patrol: patrol ?? "", late: at !== undefined && now - at > LATE_S,
        time: at === undefined ? "" : new Date(at * 1000).toLocaleTimeString("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" }),
      },
    })),
  };
  set(map, "out", features);
  const count = out.reduce((sum, one) => sum + one[2], 0);
  const told = document.querySelector("[data-ground-count]");
  if (told) told.textContent = count.toLocaleString("zh-CN");
  say(map, count === 0 ? (data.words.nobody ?? "") : "");
  box.dataset.people = String(count);
}
