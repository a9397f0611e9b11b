/* Where pieces of evidence lie, each by its number, against the places that the person answers for. */

import type { Map } from "maplibre-gl";

import type { MapData } from "../ground";
import { COLOURS, drawPlaces, type Features, fit, loaded } from "./map";

/** Longitude, latitude, number of the piece. */
export type Spot = [number, number, number];

export async function evidence(map: Map, data: MapData): Promise<void> {
  if (!data.evidence) return;
  await loaded(map);
  const { places, spots } = data.evidence;
  drawPlaces(map, places);
  const drawn = pieces(spots);
  map.addSource("evidence", { type: "geojson", data: drawn });
  map.addLayer({ id: "evidence", type: "circle", source: "evidence", paint: { "circle-radius": 9, "circle-color": COLOURS.red, "circle-stroke-color": "#fff", "circle-stroke-width": 2 } });
  map.addLayer({ id: "evidence-number", type: "symbol", source: "evidence", layout: { "text-field": ["get", "numbers"], "text-size": 12, "text-font": ["sans-serif"], "text-allow-overlap": true }, paint: { "text-color": "#fff" } });
  fit(map, [places, drawn]);
}

/** One mark for each place, with the numbers of its pieces: the first, and a plus where there are more. */
export function pieces(spots: readonly Spot[]): Features {
  const numbers: Record<string, number[]> = {};
  for (const [x, y, number] of spots) (numbers[`${String(x)},${String(y)}`] ??= []).push(number);
  return {
    type: "FeatureCollection",
    features: Object.entries(numbers).map(([place, some]) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: place.split(",").map(Number) },
      properties: { numbers: `${String(some[0])}${some.length > 1 ? "+" : ""}` },
    })),
  };
}
