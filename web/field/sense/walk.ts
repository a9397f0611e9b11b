/* Following a patrol: positions from the phone straight into the store, for as long as the patrol runs, whatever page is open. */
import { reactive } from "vue";
import { store } from "../keep/db";
import { addPoint, openPatrol, sealPoints } from "../keep/patrol";
import { push } from "../sync/loop";
import { maySleep, stayAwake } from "./awake";
import { asPlace, type Fix } from "./place";

const SEAL_MS = 2 * 60_000;

interface Walk {
  patrol: string | null;
  /** A patrol from before this start of the app was found. */
  found: boolean;
  awake: boolean;
  denied: boolean;
  last: Fix | null;
}

export const walk = reactive<Walk>({
  patrol: null,
  found: false,
  awake: true,
  denied: false,
  last: null,
});
let watch: number | null = null;
let sealedAt = 0;

/** At the start of the app: a patrol that nobody ended goes on where it was. */
export async function pickUp(account: string): Promise<void> {
  walk.found = (await openPatrol(store, account)) !== null;
  await follow(account);
}

/** Go on with what the store says: follow a running patrol, stop otherwise. Asked after each change. */
export async function follow(account: string): Promise<void> {
  const open = await openPatrol(store, account);
  if (open?.state === "running") await start(open.id);
  else stop();
  if (!open) walk.found = false;
}

async function start(patrol: string): Promise<void> {
  walk.patrol = patrol;
  sealedAt = Date.now();
  watch ??= navigator.geolocation.watchPosition(
    (position) => void seen(position),
    (error) => (walk.denied = error.code === error.PERMISSION_DENIED),
    { enableHighAccuracy: true, maximumAge: 0 },
  );
  walk.awake = await stayAwake();
}

function stop(): void {
  if (watch !== null) navigator.geolocation.clearWatch(watch);
  watch = null;
  walk.patrol = null;
  maySleep();
}

async function seen(position: GeolocationPosition): Promise<void> {
  walk.denied = false;
  const place = asPlace(position);
  walk.last = { place, at: Math.round(position.timestamp), why: "" };
  if (!walk.patrol) return;
  const many = await addPoint(store, walk.patrol, place, Math.round(position.timestamp));
  if (!many && Date.now() - sealedAt < SEAL_MS) return;
  sealedAt = Date.now();
  await sealPoints(store, walk.patrol);
  void push();
}
