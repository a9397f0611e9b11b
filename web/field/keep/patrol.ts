/* A patrol on the phone. Each point is written the moment it is known; now and then those that are new are sealed into a record. A
   crash loses at most the point that was about to be written: what was saved and not sealed is sealed at the next start. */
import Dexie from "dexie";
import { type Patrol, type Point, type Store } from "./db";
import { keep } from "./outbox";
import { uuid7 } from "./uuid7";
import { type Fix, type Place } from "../sense/place";
import { t } from "../words";

const SEAL_POINTS = 60;
const CLOSEST_MS = 5_000;
const CLOSEST_METRES = 10;
const EARTH_METRES = 6_371_008;

export async function openPatrol(store: Store, account: string): Promise<Patrol | null> {
  const own = await store.patrols.where("[account+state]").anyOf([[account, "running"], [account, "paused"]]).toArray();
  return own.at(-1) ?? null;
}

export async function startPatrol(store: Store, account: string, fix: Fix): Promise<Patrol> {
  const now = Date.now();
  const patrol: Patrol = {
    id: uuid7(), account, state: "running", startedAt: now, spent: 0, since: now, points: 0, sealed: 0, metres: 0,
  };
  await event(store, patrol, "start", fix, undefined, () => store.patrols.add(patrol));
  return patrol;
}

export async function pausePatrol(store: Store, patrol: Patrol, fix: Fix, reason: string): Promise<void> {
  await sealPoints(store, patrol.id);
  const spent = patrol.state === "running" ? patrol.spent + Date.now() - patrol.since : patrol.spent;
  await event(store, patrol, "pause", fix, reason, () => store.patrols.update(patrol.id, { state: "paused", spent }));
}

export async function resumePatrol(store: Store, patrol: Patrol, fix: Fix): Promise<void> {
  await event(store, patrol, "resume", fix, undefined, () =>
    store.patrols.update(patrol.id, { state: "running", since: Date.now() }),
  );
}

export async function endPatrol(store: Store, patrol: Patrol, fix: Fix): Promise<void> {
  await sealPoints(store, patrol.id);
  const spent = patrol.state === "running" ? patrol.spent + Date.now() - patrol.since : patrol.spent;
  await event(store, patrol, "end", fix, undefined, () => store.patrols.update(patrol.id, { state: "ended", spent }));
}

/** What happened, and the patrol's new state, in one transaction. */
async function event(
  store: Store, patrol: Patrol, name: "start" | "pause" | "resume" | "end", fix: Fix, reason: string | undefined,
  change: () => PromiseLike<unknown>,
): Promise<void> {
  const place = fix.place ? { place: fix.place } : { place: null, why_no_place: fix.why };
  const body = { patrol: patrol.id, event: name, ...(reason ? { reason } : {}), ...place };
  const title = { start: t("patrol_start"), pause: t("patrol_pause"), resume: t("patrol_resume"), end: t("patrol_end") }[name];
  const changed = async () => {
    await change();
    return body;
  };
  await keep(store, { account: patrol.account, kind: "patrol", body: changed, title, fix: fix.at });
}

/** Save one point of a running patrol; true when it is worth a record to seal now. Too near in time and place: left out. */
export async function addPoint(store: Store, patrol: string, { lat, lon, acc }: Place, ms: number): Promise<boolean> {
  return store.transaction("rw", store.patrols, store.points, async () => {
    const open = await store.patrols.get(patrol);
    if (open?.state !== "running") return false;
    const last = open.points ? await store.points.get([patrol, open.points - 1]) : undefined;
    const step = last ? metresBetween(last, { lat, lon }) : 0;
    if (last && (ms <= last.ms || (ms - last.ms < CLOSEST_MS && step < CLOSEST_METRES))) return false;
    await store.points.add({ patrol, n: open.points, ms, lat, lon, acc });
    const metres = open.metres + (step > acc / 2 ? step : 0);
    await store.patrols.update(patrol, { points: open.points + 1, metres });
    return open.points + 1 - open.sealed >= SEAL_POINTS;
  });
}

/** Seal the points that no record holds yet. */
export async function sealPoints(store: Store, patrol: string): Promise<void> {
  const open = await store.patrols.get(patrol);
  if (!open) return;
  const body = async () => {
    const { sealed = 0 } = (await store.patrols.get(patrol)) ?? {};
    const fresh = await store.points.where("[patrol+n]").between([patrol, sealed], [patrol, Dexie.maxKey]).toArray();
    if (fresh.length === 0) return null;
    await store.patrols.update(patrol, { sealed: sealed + fresh.length });
    return { patrol, from: sealed, points: fresh.map((point) => [point.ms, point.lat, point.lon, point.acc]) };
  };
  await keep(store, { account: open.account, kind: "points", body, title: t("points_kept") });
}

/** After a crash: what was saved and lies in no record. */
export async function sealAll(store: Store): Promise<void> {
  const loose = await store.patrols.filter((patrol) => patrol.points > patrol.sealed).toArray();
  for (const patrol of loose) await sealPoints(store, patrol.id);
}

export function metresBetween(one: Pick<Point, "lat" | "lon">, other: Pick<Point, "lat" | "lon">): number {
  const rad = Math.PI / 180;
  const [lat, lon] = [(other.lat - one.lat) * rad, (other.lon - one.lon) * rad];
  const half = Math.sin(lat / 2) ** 2 + Math.cos(one.lat * rad) * Math.cos(other.lat * rad) * Math.sin(lon / 2) ** 2;
  return 2 * EARTH_METRES * Math.asin(Math.sqrt(half));
}
