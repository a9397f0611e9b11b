import { expect, test } from "vitest";
import { frameOf, nearestPoint, outsideBy, paperAt, pathOf, scaleBar, wind, zoomed } from "../map/plan";
import { type Place, type Places } from "../read/shapes";

/** A square of about a kilometre around 26.41 N with a pond in it, and two key points. */
const ring = (west: number, south: number, side: number): [number, number][] => [
  [west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south],
];
const area: Place = { properties: { what: "area", name: "北坡" }, geometry: { type: "MultiPolygon", coordinates: [[ring(106.25, 26.4, 0.01), ring(106.254, 26.404, 0.002)]] } };
const point = (name: string, lon: number, lat: number): Place => ({ properties: { what: "point", name, radius: 50 }, geometry: { type: "Point", coordinates: [lon, lat] } });
const ground: Places = { features: [area, point("瞭望台", 106.255, 26.41), point("水源", 106.3, 26.4)] };

test("metres east and south of a spot, as the earth has them", () => {
  const paper = paperAt({ lat: 26.4, lon: 106.25 });
  expect(paper({ lat: 26.41, lon: 106.26 })).toEqual([996, -1112]);
  expect(pathOf([[106.25, 26.4], [106.26, 26.4]], paper, true)).toBe("M0 0L996 0Z");
});

test("a frame holds everything with room around, in the window's shape, and comes closer around a point", () => {
  const frame = frameOf([[0, 0], [1000, -500]], 2);
  expect([frame.width / frame.height, frame.x < 0, frame.y < -500, frame.x + frame.width > 1000]).toEqual([2, true, true, true]);
  expect(frameOf([[5, 5]], 1)).toEqual({ x: -95, y: -95, width: 200, height: 200 });
  expect(zoomed({ x: 0, y: 0, width: 100, height: 100 }, 0.5, [80, 20])).toEqual({ x: 55, y: -5, width: 50, height: 50 });
  expect([scaleBar(3000), scaleBar(800), scaleBar(200)]).toEqual([1000, 200, 50]);
});

test.each([
  ["inside", 26.402, 106.252, 0],
  ["in the pond, which is not the area", 26.405, 106.255, 99.6],
  ["north of it", 26.412, 106.255, 222],
  ["off its corner", 26.411, 106.261, 149],
])("%s", (_where, lat, lon, metres) => {
  expect(outsideBy(ground, { lat, lon })).toBeCloseTo(metres, -1);
});

test("the nearest key point, whither and how far, and when one stands at it", () => {
  expect(nearestPoint(ground, { lat: 26.4, lon: 106.255 })).toMatchObject({ name: "瞭望台", wind: 0, here: false });
  expect(nearestPoint(ground, { lat: 26.41, lon: 106.2552 })).toMatchObject({ name: "瞭望台", here: true });
  expect(nearestPoint({ features: [area] }, { lat: 26.4, lon: 106.25 })).toBeNull();
  expect(outsideBy({ features: [] }, { lat: 26.4, lon: 106.25 })).toBeNull();
  const at = { lat: 26.4, lon: 106.25 };
  expect([[0.1, 0], [0.1, 0.11], [0, 0.1], [-0.1, 0], [0, -0.1]].map(([north = 0, east = 0]) => wind(at, { lat: 26.4 + north, lon: 106.25 + east }))).toEqual([0, 1, 2, 4, 6]);
});
