/* Three clocks. The wall clock can be set by hand; the monotonic one cannot, but starts anew with the app, which `boot` marks;
   the server's is known from its answers, for as long as the app runs. */
import { uuid7 } from "./uuid7";

export interface Reading {
  wall: number;
  mono: number;
  boot: string;
  offset: number | null;
}

const boot = uuid7();
let serverAtMonoZero: number | null = null;

const mono = (): number => Math.round(performance.now());

/** The server's clock was `serverMs` somewhere between the two readings of ours; the middle is right within half their distance. */
export function heardFromServer(serverMs: number, askedMono: number, answeredMono: number): void {
  serverAtMonoZero = serverMs - (askedMono + answeredMono) / 2;
}

/** Server minus wall clock, as it is this moment: a wall clock that was set meanwhile shows at once. */
export function readClock(): Reading {
  const wall = Date.now();
  const now = mono();
  const offset = serverAtMonoZero === null ? null : Math.round(serverAtMonoZero + now - wall);
  return { wall, mono: now, boot, offset };
}

export const monoNow = mono;
