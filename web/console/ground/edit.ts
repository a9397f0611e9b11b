/* Drawing an area, a route or a key point: corners by click, moved by dragging, deleted by a click. The field with the
   coordinates and the map say the same; without the map the field alone does. */

import type { Map, MapMouseEvent } from "maplibre-gl";

import type { MapData } from "../ground";
import { COLOURS, drawPlaces, type Features, fetched, fit, loaded, NOTHING, say, set } from "./map";

type Corner = [number, number];
const DIGITS = 6;
const NEAR = 9;

/** What is being drawn: rings of the parts of an area, one line, or one place. */
interface Drawing {
  kind: "area" | "point" | "route";
  polygons: Corner[][][];
}

export async function edit(map: Map, box: HTMLElement, data: MapData): Promise<void> {
  const field = document.querySelector<HTMLTextAreaElement>("[data-shape]");
  const [around] = await Promise.all([fetched<{ places: Features }>(data.ground ?? ""), loaded(map)]);
  if (!field) return;
  drawPlaces(map, around.places);
  for (const id of ["drawn", "corners"]) map.addSource(id, { type: "geojson", data: NOTHING });
  map.addLayer({ id: "drawn-fill", type: "fill", source: "drawn", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": COLOURS.blue, "fill-opacity": 0.18 } });
  map.addLayer({ id: "drawn-line", type: "line", source: "drawn", paint: { "line-color": COLOURS.blue, "line-width": 2 } });
  map.addLayer({ id: "corners", type: "circle", source: "corners", paint: { "circle-radius": 6, "circle-color": "#fff", "circle-stroke-color": COLOURS.blue, "circle-stroke-width": 2 } });
  const drawing: Drawing = { kind: data.edit ?? "area", polygons: read(field.value, data.edit ?? "area") };
  const show = (): void => {
    set(map, "drawn", shown(drawing));
    set(map, "corners", corners(drawing));
  };
  const changed = (): void => {
    field.value = written(drawing);
    show();
  };
  show();
  if (drawing.polygons.length > 0) fit(map, [corners(drawing)]);
  else if (data.places.length === 0) fit(map, [around.places]);
  say(map, (drawing.kind === "point" ? data.words.click : data.words.corners) ?? "");
  listen(map, drawing, changed);
  buttons(drawing, changed);
  field.addEventListener("input", () => {
    drawing.polygons = read(field.value, drawing.kind);
    show();
  });
  box.dataset.editing = "";
}

function listen(map: Map, drawing: Drawing, changed: () => void): void {
  let held: Corner | null = null;
  let moved = false;
  map.on("mousedown", (event) => {
    held = at(map, drawing, event);
    moved = false;
    if (held) map.dragPan.disable();
  });
  map.on("mousemove", (event) => {
    map.getCanvas().style.cursor = held || at(map, drawing, event) ? "move" : "crosshair";
    if (!held) return;
    [held[0], held[1]] = rounded(event);
    moved = true;
    changed();
  });
  map.on("mouseup", () => {
    map.dragPan.enable();
    if (!moved) return;
    held = null;
  });
  map.on("click", (event) => {
    if (moved) {
      moved = false;
      return;
    }
    const hit = at(map, drawing, event);
    held = null;
    if (hit) for (const polygon of drawing.polygons) for (const [number, ring] of polygon.entries()) polygon[number] = ring.filter((corner) => corner !== hit);
    else add(drawing, rounded(event));
    changed();
  });
}

function add(drawing: Drawing, corner: Corner): void {
  if (drawing.kind === "point") drawing.polygons = [[[corner]]];
  else {
    if (drawing.polygons.length === 0) drawing.polygons.push([[]]);
    drawing.polygons.at(-1)?.at(-1)?.push(corner);
  }
}

function buttons(drawing: Drawing, changed: () => void): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-edit-do]")) {
    button.addEventListener("click", () => {
      const deed = button.dataset.editDo;
      const last = drawing.polygons.at(-1);
      if (deed === "clear") drawing.polygons = [];
      else if (deed === "hole") last?.push([]);
      else if (deed === "part") drawing.polygons.push([[]]);
      else if (deed === "undo") {
        last?.at(-1)?.pop();
        if (last?.at(-1)?.length === 0) last.pop();
        if (last?.length === 0) drawing.polygons.pop();
      }
      changed();
    });
  }
}

function at(map: Map, drawing: Drawing, event: MapMouseEvent): Corner | null {
  for (const corner of drawing.polygons.flat(2)) {
    const place = map.project(corner);
    if (Math.hypot(place.x - event.point.x, place.y - event.point.y) <= NEAR) return corner;
  }
  return null;
}

function rounded(event: MapMouseEvent): Corner {
  return [Number(event.lngLat.lng.toFixed(DIGITS)), Number(event.lngLat.lat.toFixed(DIGITS))];
}

/** The field's text as rings without the corner that closes them; nothing where it is no such text. */
function read(text: string, kind: Drawing["kind"]): Corner[][][] {
  try {
    const given = JSON.parse(text) as unknown;
    if (kind === "point") return [[[given as Corner]]];
    if (kind === "route") return [[given as Corner[]]];
    return (given as Corner[][][]).map((polygon) => polygon.map((ring) => ring.slice(0, closed(ring) ? -1 : undefined)));
  } catch {
    return [];
  }
}

function closed(ring: readonly Corner[]): boolean {
  const [first, last] = [ring[0], ring.at(-1)];
  return ring.length > 1 && first?.[0] === last?.[0] && first?.[1] === last?.[1];
}

function ringsOf(polygon: readonly Corner[][]): Corner[][] {
  return polygon.filter((ring) => ring.length > 2).map((ring) => [...ring, ...ring.slice(0, 1)]);
}

function written(drawing: Drawing): string {
  const line = drawing.polygons[0]?.[0] ?? [];
  if (drawing.kind === "point") return line[0] ? JSON.stringify(line[0]) : "";
  if (drawing.kind === "route") return line.length ? JSON.stringify(line) : "";
  const polygons = drawing.polygons.map(ringsOf).filter((polygon) => polygon.length > 0);
  return polygons.length ? JSON.stringify(polygons) : "";
}

function shown(drawing: Drawing): Features {
  const polygons = drawing.kind === "area" ? drawing.polygons.map(ringsOf).filter((polygon) => polygon.length > 0) : [];
  const lines = drawing.kind === "point" ? [] : drawing.polygons.flat().filter((ring) => ring.length > 1);
  return {
    type: "FeatureCollection",
    features: [
      ...polygons.map((coordinates) => ({ type: "Feature" as const, properties: {}, geometry: { type: "Polygon" as const, coordinates } })),
      ...lines.map((coordinates) => ({ type: "Feature" as const, properties: {}, geometry: { type: "LineString" as const, coordinates } })),
    ],
  };
}

function corners(drawing: Drawing): Features {
  return { type: "FeatureCollection", features: drawing.polygons.flat(2).map((coordinates) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates } })) };
}
