import { expect, test } from "vitest";
import { type Store } from "../keep/db";
import { addPoint, endPatrol, metresBetween, openPatrol, pausePatrol, resumePatrol, sealAll, sealPoints, startPatrol } from "../keep/patrol";
import { type Fix, type Place } from "../sense/place";
import { chainHolds, newStore } from "./phone";

const START = 1_594_600_000_000;
const at = (step: number): Place => ({ lat: Number((26.4 + step * 0.0002).toFixed(6)), lon: 106.25, acc: 8, datum: "wgs84" });
const fix: Fix = { place: at(0), at: START, why: "" };

async function walk(store: Store, patrol: string, from: number, to: number): Promise<void> {
  for (let step = from; step < to; step++) await addPoint(store, patrol, at(step), START + step * 10_000);
}

async function sealed(store: Store, kind: string): Promise<Record<string, unknown>[]> {
  const records = await store.outbox.filter((record) => record.kind === kind).toArray();
  return records.sort((one, other) => one.seq - other.seq).map(({ body }) => JSON.parse(body) as Record<string, unknown>);
}

test("points that were saved before a crash are sealed after it, each once, and the patrol goes on", async () => {
  const store = newStore();
  const patrol = await startPatrol(store, "a", fix);
  await walk(store, patrol.id, 0, 7);
  await sealPoints(store, patrol.id);
  await walk(store, patrol.id, 7, 12);

  await sealAll(store);
  await sealAll(store);
  const open = await openPatrol(store, "a");
  expect(open).toMatchObject({ id: patrol.id, state: "running", points: 12, sealed: 12 });
  await walk(store, patrol.id, 12, 14);
  await endPatrol(store, patrol, fix);

  const parts = await sealed(store, "points");
  expect(parts.map(({ from, points }) => [from, (points as unknown[]).length])).toEqual([[0, 7], [7, 5], [12, 2]]);
  expect((parts[0]?.points as unknown[])[1]).toEqual([START + 10_000, 26.4002, 106.25, 8]);
  expect((await sealed(store, "patrol")).map(({ event }) => event)).toEqual(["start", "end"]);
  expect(await openPatrol(store, "a")).toBeNull();
  expect(await chainHolds(store, await store.outbox.toArray(), () => "a")).toBe(true);
});

test("a pause for a meeting is said with its reason; nothing is recorded until the patrol goes on", async () => {
  const store = newStore();
  const patrol = await startPatrol(store, "a", fix);
  await walk(store, patrol.id, 0, 3);
  await pausePatrol(store, patrol, fix, "meeting");
  await walk(store, patrol.id, 3, 6);
  await resumePatrol(store, patrol, { place: null, at: null, why: "timeout" });
  await walk(store, patrol.id, 6, 8);
  expect(await openPatrol(store, "a")).toMatchObject({ state: "running", points: 5 });
  expect(await sealed(store, "patrol")).toMatchObject([
    { event: "start", place: { lat: 26.4 } },
    { event: "pause", reason: "meeting" },
    { event: "resume", place: null, why_no_place: "timeout" },
  ]);
});

test("points too near in time and place are left out, and so are those of a clock that ran back", async () => {
  const store = newStore();
  const { id } = await startPatrol(store, "a", fix);
  await addPoint(store, id, at(0), START);
  await addPoint(store, id, at(0), START + 2_000);
  await addPoint(store, id, at(1), START + 3_000);
  await addPoint(store, id, at(2), START + 1_000);
  await addPoint(store, id, at(1), START + 9_000);
  expect((await store.points.toArray()).map(({ ms }) => ms - START)).toEqual([0, 3_000, 9_000]);
  expect(metresBetween(at(0), at(1))).toBeCloseTo(22.24, 1);
});
