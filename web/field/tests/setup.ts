/* What a browser has and Node has not: IndexedDB before Dexie is loaded, and a navigator with storage. */
import "fake-indexeddb/auto";

const storage = { persist: () => Promise.resolve(true), estimate: () => Promise.resolve({ quota: 2 ** 30, usage: 0 }) };
Object.defineProperty(globalThis, "navigator", {
  value: {
    userAgent: "Mozilla/5.0 (Linux; Android 11; M2101K7BG) Chrome/119", language: "zh-CN", storage, onLine: true,
    locks: { request: (_name: string, work: () => Promise<void>) => work() },
    geolocation: { watchPosition: () => 1, clearWatch: () => undefined },
    serviceWorker: { getRegistration: () => Promise.resolve(undefined) },
  },
});
/* Given after Vue was loaded, which would draw with it. */
await import("vue");
const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
Object.assign(globalThis, { document, window: globalThis, reportError: (error: unknown) => { throw error; } });
