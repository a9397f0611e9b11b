/* A patrol walked again: the way so far, where the person stands, what was left out. */

import type { Map } from "maplibre-gl";

import type { MapData } from "../ground";
import { COLOURS, drawPlaces, type Features, fetched, fit, loaded, NOTHING, set } from "./map";

type Node = [number, number, number, number, number];
/** Longitude, latitude, seconds since 1970, stretch, at rest. */
interface Answer {
  nodes: Node[];
  left_out: [number, number][];
  places: Features;
}

const STEPS = 1000;
const SECONDS = 30;

export async function replay(map: Map, data: MapData): Promise<void> {
  const [answer] = await Promise.all([fetched<Answer>(data.track ?? ""), loaded(map)]);
  drawPlaces(map, answer.places);
  for (const id of ["whole", "way", "dropped", "now"]) map.addSource(id, { type: "geojson", data: NOTHING });
  map.addLayer({ id: "whole", type: "line", source: "whole", paint: { "line-color": COLOURS.blue, "line-width": 2, "line-opacity": 0.3 } });
  map.addLayer({ id: "way", type: "line", source: "way", layout: { "line-cap": "round" }, paint: { "line-color": COLOURS.blue, "line-width": 3 } });
  map.addLayer({ id: "dropped", type: "circle", source: "dropped", paint: { "circle-radius": 3.5, "circle-color": COLOURS.red, "circle-opacity": 0.75 } });
  map.addLayer({ id: "now", type: "circle", source: "now", paint: { "circle-radius": 7, "circle-color": COLOURS.blue, "circle-stroke-color": "#fff", "circle-stroke-width": 2 } });
  const whole = ways(answer.nodes);
  set(map, "whole", whole);
  set(map, "dropped", spots(answer.left_out));
  fit(map, answer.nodes.length > 1 ? [whole] : [answer.places]);
  listen(map, answer);
}

function listen(map: Map, answer: Answer): void {
  const slider = document.querySelector<HTMLInputElement>("[data-replay-at]");
  const button = document.querySelector<HTMLButtonElement>("[data-replay-play]");
  const dropped = document.querySelector<HTMLInputElement>("[data-replay-dropped]");
  if (!slider || !button || !dropped) return;
  let running = 0;
  const stop = (): void => {
    clearInterval(running);
    running = 0;
    delete button.dataset.running;
  };
  slider.addEventListener("input", () => {
    stop();
    draw(map, answer.nodes, Number(slider.value) / STEPS);
  });
  button.addEventListener("click", () => {
    if (running) {
      stop();
      return;
    }
    if (Number(slider.value) >= STEPS) slider.value = "0";
    button.dataset.running = "";
    running = window.setInterval(() => {
      slider.value = String(Number(slider.value) + STEPS / (SECONDS * 20));
      draw(map, answer.nodes, Number(slider.value) / STEPS);
      if (Number(slider.value) >= STEPS) stop();
    }, 50);
  });
  dropped.addEventListener("change", () => {
    map.setLayoutProperty("dropped", "visibility", dropped.checked ? "visible" : "none");
  });
  draw(map, answer.nodes, 1);
}

function draw(map: Map, nodes: readonly Node[], share: number): void {
  const first = nodes[0];
  const last = nodes.at(-1);
  if (!first || !last) return;
  const time = first[2] + (last[2] - first[2]) * share;
  const walked = nodes.filter((node) => node[2] <= time);
  const here = walked.at(-1) ?? first;
  set(map, "way", ways(walked));
  set(map, "now", spots([[here[0], here[1]]]));
  const told = document.querySelector("[data-replay-time]");
  if (told) told.textContent = new Date(time * 1000).toLocaleTimeString("zh-CN", { timeZone: "Asia/Shanghai" });
}

/** A line for each stretch: silences are not bridged. */
function ways(nodes: readonly Node[]): Features {
  const stretches: [number, number][][] = [];
  let before = -1;
  for (const [x, y, , stretch] of nodes) {
    if (stretch !== before) stretches.push([]);
    before = stretch;
    stretches.at(-1)?.push([x, y]);
  }
  return { type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates: stretches.filter((line) => line.length > 1) } }] };
}

function spots(places: readonly [number, number][]): Features {
  return { type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: { type: "MultiPoint", coordinates: [...places] } }] };
}
