/* The service worker as the page sees it: registered once; a new version waits until the person says so, never in a patrol's middle. */
import { reactive } from "vue";

export const update = reactive({ ready: false });
let waiting: ServiceWorker | null = null;

export async function register(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.register("/field/sw.js", { scope: "/field/" });
  const look = (): void => {
    if (!registration.waiting || !navigator.serviceWorker.controller) return;
    waiting = registration.waiting;
    update.ready = true;
  };
  look();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", look);
  });
}

export function takeOver(): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => { location.reload(); }, { once: true });
  waiting?.postMessage("take over");
}
