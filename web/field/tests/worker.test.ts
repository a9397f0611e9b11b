import { afterEach, expect, test, vi } from "vitest";
import { countOf, store } from "../keep/db";
import { PROTOCOL } from "../keep/outbox";
import { startPatrol, openPatrol } from "../keep/patrol";
import { push } from "../sync/loop";
import { register, takeOver, update } from "../worker";
import { clockIn, FakeServer, signedIn } from "./phone";

vi.mock("workbox-precaching", () => ({ precacheAndRoute: vi.fn(), cleanupOutdatedCaches: vi.fn() }));

const phone = navigator as unknown as Record<string, unknown>;
const plain = phone.serviceWorker;
afterEach(() => {
  phone.serviceWorker = plain;
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("the service worker sends the queue when the network is back, and says when not everything went", async () => {
  const heard = new Map<string, (event: object) => void>();
  const skipWaiting = vi.fn();
  vi.stubGlobal("self", { addEventListener: (name: string, work: (event: object) => void) => heard.set(name, work), skipWaiting });
  vi.stubGlobal("__FILES__", []);
  await import("../sw");
  const sync = (tag: string): Promise<unknown> => {
    let lasting: Promise<unknown> = Promise.resolve(null);
    heard.get("sync")?.({ tag, waitUntil: (work: Promise<unknown>) => (lasting = work) });
    return lasting;
  };
  await signedIn(store, "a");
  await clockIn(store, "a");
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
  await expect(sync("deliver")).rejects.toThrow("not everything");
  vi.stubGlobal("fetch", new FakeServer().fetch);
  expect(await sync("something else")).toBeNull();
  expect(await countOf(store, "a", "waiting")).toBe(1);
  await sync("deliver");
  expect(await countOf(store, "a", "waiting")).toBe(0);

  heard.get("message")?.({ data: "hello" });
  expect(skipWaiting).not.toHaveBeenCalled();
  heard.get("message")?.({ data: "take over" });
  expect(skipWaiting).toHaveBeenCalledOnce();
});

test("what finds no way asks the browser for a background sync", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const asked = vi.fn(() => Promise.resolve());
  phone.serviceWorker = { getRegistration: () => Promise.resolve({ sync: { register: asked } }) };
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
  await clockIn(store, "a");
  await push();
  expect(asked).toHaveBeenCalledExactlyOnceWith("deliver");
});

test("an account that was ended, or is told to wait, does not hold up an inspector's sheet", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  phone.serviceWorker = { getRegistration: () => Promise.resolve(undefined) };
  for (const [status, code] of [[429, "busy"], [401, "revoked"]] as const) {
    await signedIn(store, "a");
    await clockIn(store, "a", code);
    await store.inspectors.put({ id: "7", name: "王组长", username: "one", token: "t" });
    await store.sheets.put({ id: code, inspector: "7", visit: 3, title: "", body: "{}", photos: [], madeAt: 1, state: "waiting", said: "" });
    vi.stubGlobal("fetch", (path: string) => Promise.resolve(
      path.endsWith("/sheet") ? Response.json({ protocol: PROTOCOL, id: code }) : new FakeServer().refusal(status, code),
    ));
    await push();
    expect([code, await store.sheets.count(), await countOf(store, "a", "waiting") > 0]).toEqual([code, 0, true]);
  }
});

test("an account that was ended does not keep another from being tried again", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const asked = vi.fn(() => Promise.resolve());
  phone.serviceWorker = { getRegistration: () => Promise.resolve({ sync: { register: asked } }) };
  for (const id of ["a", "b"]) {
    await signedIn(store, id);
    await clockIn(store, id);
  }
  vi.stubGlobal("fetch", (_path: string, { headers }: RequestInit) =>
    new Headers(headers).get("Authorization") === "Bearer token-a"
      ? Promise.resolve(new FakeServer().refusal(401, "revoked"))
      : Promise.reject(new TypeError("no network")));
  await push();
  expect(asked).toHaveBeenCalledOnce();
});

test("a new version in the middle of a patrol waits; it comes when the person says so, and the patrol is still there", async () => {
  const worker = Object.assign(new EventTarget(), { postMessage: vi.fn() });
  const registration = Object.assign(new EventTarget(), { waiting: null as object | null, installing: worker });
  const container = Object.assign(new EventTarget(), { controller: {}, register: () => Promise.resolve(registration) });
  phone.serviceWorker = container;
  const reload = vi.fn();
  vi.stubGlobal("location", { reload });
  const patrol = await startPatrol(store, "a", { place: null, at: null, why: "timeout" });

  await register();
  expect(update.ready).toBe(false);
  registration.dispatchEvent(new Event("updatefound"));
  registration.waiting = worker;
  worker.dispatchEvent(new Event("statechange"));
  expect([update.ready, worker.postMessage.mock.calls.length, reload.mock.calls.length]).toEqual([true, 0, 0]);

  takeOver();
  expect(worker.postMessage).toHaveBeenCalledWith("take over");
  expect(reload).not.toHaveBeenCalled();
  container.dispatchEvent(new Event("controllerchange"));
  expect(reload).toHaveBeenCalledOnce();
  expect(await openPatrol(store, "a")).toMatchObject({ id: patrol.id, state: "running" });
});
