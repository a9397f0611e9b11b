/* Maps of patrols and places: <div data-ground="live|replay|coverage|ground|edit|evidence"> beside {{ data|json_script:"map-data" }}.
   MapLibre is a chunk of its own, loaded when a page has a map. */

import type { Features } from "./ground/map";

export interface Background {
  sets: string[][];
  deepest: number;
  by: string;
}

export interface Around {
  kind: string;
  name: string;
  x: number;
  y: number;
}

/** What the page says to its map; which addresses are there depends on the kind of map. */
export interface MapData {
  background: Background | null;
  places: Around[];
  words: Record<string, string>;
  live?: string;
  seconds?: number;
  patrol?: string;
  track?: string;
  tracks?: string;
  ground?: string;
  edit?: "area" | "point" | "route";
  evidence?: { places: Features; spots: [number, number, number][] };
}

export async function drawGround(root: HTMLElement): Promise<void> {
  const box = root.querySelector<HTMLElement>("[data-ground]:not([data-drawn])");
  const source = document.getElementById("map-data");
  if (!box || !source?.textContent) return;
  box.dataset.drawn = "";
  const data = JSON.parse(source.textContent) as MapData;
  const { open } = await import("./ground/map");
  const map = open(box, data);
  const kind = box.dataset.ground;
  if (kind === "live") (await import("./ground/live")).watch(map, box, data);
  else if (kind === "replay") await (await import("./ground/replay")).replay(map, data);
  else if (kind === "edit") await (await import("./ground/edit")).edit(map, box, data);
  else if (kind === "evidence") await (await import("./ground/evidence")).evidence(map, data);
  else await (await import("./ground/places")).show(map, data);
}
