/* The service worker: the app's own files, kept for the days without signal, and the queue, sent when the network returns. */
import { cleanupOutdatedCaches, precacheAndRoute, type PrecacheEntry } from "workbox-precaching";
import { store } from "./keep/db";
import { deliverAll } from "./sync/deliver";
import { deliverSheets } from "./sync/inspect";

declare const self: ServiceWorkerGlobalScope;
declare const __FILES__: PrecacheEntry[];

precacheAndRoute(__FILES__, { directoryIndex: "index.html" });
cleanupOutdatedCaches();

interface SyncEvent extends ExtendableEvent {
  tag: string;
}

self.addEventListener("sync" as keyof ServiceWorkerGlobalScopeEventMap, (event) => {
  const { tag } = event as SyncEvent;
  if (tag === "deliver") (event as SyncEvent).waitUntil(sendOrFail());
});

/** The browser tries again later when the promise is refused. */
async function sendOrFail(): Promise<void> {
  const deliveries = await deliverAll(store);
  const whole = await deliverSheets(store, "zh-hans");
  if (!whole || deliveries.some(({ stopped }) => ["offline", "stranger", "busy"].includes(stopped))) throw new Error("not everything was sent");
}

self.addEventListener("message", (event) => {
  if (event.data === "take over") void self.skipWaiting();
});
