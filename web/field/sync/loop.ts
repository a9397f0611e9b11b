/* When to send: at once after a record, when the network returns, when the app opens, and again after a pause that doubles. Where
   the browser knows Background Sync, the service worker goes on after the app was closed. */
import { reactive } from "vue";
import { store } from "../keep/db";
import { serverLanguage } from "../words";
import { deliverAll, type Delivery } from "./deliver";
import { deliverSheets } from "./inspect";

const SHORTEST_MS = 2_000;
const LONGEST_MS = 5 * 60_000;

export const delivery = reactive<{ busy: boolean; stopped: Delivery["stopped"] }>({ busy: false, stopped: "" });

let pause = SHORTEST_MS;
let timer: ReturnType<typeof setTimeout> | undefined;
/** How often sending was asked for; a run that finds it raised at its end runs once more. */
let asked = 0;

/** Try now. A call during a run makes it run once more. */
export async function push(): Promise<void> {
  asked += 1;
  if (delivery.busy) return;
  clearTimeout(timer);
  delivery.busy = true;
  try {
    for (let seen = 0; seen < asked; ) {
      seen = asked;
      await alone(run);
    }
  } finally {
    delivery.busy = false;
  }
}

/** One account that the server does not take now holds up neither the photos of another nor an inspector's sheets; without a way
    nothing more is tried. */
async function run(): Promise<void> {
  const stuck = (await deliverAll(store)).filter(({ stopped }) => stopped !== "");
  delivery.stopped = stuck[0]?.stopped ?? "";
  const again = stuck.filter(({ stopped }) => stopped !== "revoked" && stopped !== "signed_out");
  const away = again.some(({ stopped }) => stopped !== "busy");
  const rest = !away && [await sendMedia(), await deliverSheets(store, serverLanguage())].every(Boolean);
  if (again.length > 0 || !rest) await later(again[0]?.retryAfter ?? null);
  else pause = SHORTEST_MS;
}

async function later(retryAfter: number | null): Promise<void> {
  clearTimeout(timer);
  timer = setTimeout(() => void push(), retryAfter ?? pause * (0.5 + Math.random()));
  pause = Math.min(pause * 2, LONGEST_MS);
  await askForBackgroundSync();
}

/** False when some are left that found no way. tus comes as a chunk of its own, when there is a photo to send. */
async function sendMedia(): Promise<boolean> {
  if ((await store.media.where({ state: "waiting" }).count()) === 0) return true;
  const { upload, askAgain } = await import("./media");
  const accounts = await store.accounts.filter((account) => account.token !== null).toArray();
  let whole = true;
  for (const account of accounts) {
    const { sent, left } = await upload(store, account);
    if (left) whole = false;
    if (sent === 0) continue;
    await askAgain(store, account);
    asked += 1;
  }
  return whole;
}

/** One sender at a time among the tabs, where the browser has locks. */
async function alone(work: () => Promise<void>): Promise<void> {
  await navigator.locks.request("yigang-deliver", work);
}

async function askForBackgroundSync(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration();
  const sync = (registration as { sync?: { register(tag: string): Promise<void> } } | undefined)?.sync;
  await sync?.register("deliver").catch(() => undefined);
}

/** Listen for the moments at which sending may succeed. */
export function keepSending(): void {
  const wake = (): void => {
    pause = SHORTEST_MS;
    void push();
  };
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") wake();
  });
  wake();
}
