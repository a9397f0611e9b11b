/* A post's ground on paper: degrees to metres east and north of one of its spots. Over some kilometres the earth is flat enough for that (the
   error of ten kilometres' width is below a metre in a thousand). */
import { metresBetween } from "../keep/patrol";
import { type Place, type Places } from "../read/shapes";

const EARTH_METRES = 6_371_008;
const RAD = Math.PI / 180;

export interface Spot {
  lat: number;
  lon: number;
}
/** Metres east and, as on a screen, downward to the south. */
export type Xy = [number, number];
export type Paper = (spot: Spot) => Xy;

export interface Frame {
  x: number;
  y: number;
  /** Metres from side to side. */
  width: number;
  height: number;
}

type Corner = [number, number];

export function cornersOf({ geometry }: Place): Corner[] {
  if (geometry.type === "Point") return [geometry.coordinates];
  return geometry.type === "LineString" ? geometry.coordinates : geometry.coordinates.flat(2);
}

export const spotOf = ([lon, lat]: Corner): Spot => ({ lat, lon });

/** The paper on which this spot is 0, 0. */
export function paperAt(origin: Spot): Paper {
  const east = EARTH_METRES * RAD * Math.cos(origin.lat * RAD);
  const round = (metres: number): number => Math.round(metres * 10) / 10;
  return ({ lat, lon }) => [round((lon - origin.lon) * east), round((origin.lat - lat) * EARTH_METRES * RAD)];
}

/** What holds all of these with some room around, never narrower than `least` metres, in the shape of the window. */
export function frameOf(points: Xy[], shape: number, least = 200): Frame {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [wide, high] = [Math.max(...xs) - left, Math.max(...ys) - top];
  const width = Math.max(wide * 1.16, high * 1.16 * shape, least);
  const height = width / shape;
  return { x: left + wide / 2 - width / 2, y: top + high / 2 - height / 2, width, height };
}

/** Closer (below 1) or farther around its middle, or around a point. */
export function zoomed({ x, y, width, height }: Frame, by: number, [midX, midY]: Xy = [x + width / 2, y + height / 2]): Frame {
  return { x: midX - (width * by) / 2, y: midY - (height * by) / 2, width: width * by, height: height * by };
}

export function pathOf(corners: Corner[], paper: Paper, close: boolean): string {
  const points = corners.map((corner) => paper(spotOf(corner)).join(" "));
  return points.length === 0 ? "" : `M${points.join("L")}${close ? "Z" : ""}`;
}

/** A round number of metres that takes about a third of the width. */
export function scaleBar(width: number): number {
  const third = width / 3;
  const step = 10 ** Math.floor(Math.log10(third));
  return ([5, 2, 1].find((times) => times * step <= third) ?? 1) * step;
}

/** Eight winds, 0 is north, 2 is east. */
export function wind(from: Spot, to: Spot): number {
  const east = (to.lon - from.lon) * Math.cos(from.lat * RAD);
  return (Math.round(Math.atan2(east, to.lat - from.lat) / (Math.PI / 4)) + 8) % 8;
}

export interface Near {
  name: string;
  metres: number;
  wind: number;
  /** Within the radius that counts as reached. */
  here: boolean;
}

export function nearestPoint({ features }: Places, me: Spot): Near | null {
  const points = features.filter(({ properties }) => properties.what === "point").map((point): Near => {
    const [corner = [0, 0]] = cornersOf(point);
    const metres = metresBetween(me, spotOf(corner));
    return { name: point.properties.name, metres, wind: wind(me, spotOf(corner)), here: metres <= (point.properties.radius ?? 0) };
  });
  return points.sort((one, other) => one.metres - other.metres)[0] ?? null;
}

/** Metres to the border of the areas, 0 inside; null when there is no area. */
export function outsideBy({ features }: Places, me: Spot): number | null {
  const rings = features.flatMap(({ geometry }) => (geometry.type === "MultiPolygon" ? geometry.coordinates : []));
  if (rings.length === 0) return null;
  if (rings.some(([outer = [], ...holes]) => holds(outer, me) && !holes.some((hole) => holds(hole, me)))) return 0;
  const paper = paperAt(me);
  const edges = rings.flat().flatMap((ring) => ring.slice(1).map((corner, n) => [paper(spotOf(ring[n] ?? corner)), paper(spotOf(corner))] as const));
  return Math.min(...edges.map(([one, other]) => fromOrigin(one, other)));
}

/** Even-odd rule; on the border either answer is right. */
function holds(ring: Corner[], { lat, lon }: Spot): boolean {
  let inside = false;
  ring.forEach(([x, y], n) => {
    const [px, py] = ring[(n || ring.length) - 1] ?? [x, y];
    if (y > lat !== py > lat && lon < ((px - x) * (lat - y)) / (py - y) + x) inside = !inside;
  });
  return inside;
}

/** How far the segment passes the point 0, 0. */
function fromOrigin([ax, ay]: Xy, [bx, by]: Xy): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = dx === 0 && dy === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / (dx * dx + dy * dy)));
  return Math.hypot(ax + along * dx, ay + along * dy);
}
