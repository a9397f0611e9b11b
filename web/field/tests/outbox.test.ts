import { expect, test, vi } from "vitest";
import { countOf, type Kept, type Store } from "../keep/db";
import { digest } from "../keep/digest";
import { ownDevice } from "../keep/device";
import { keep, sign } from "../keep/outbox";
import { DiskFull, holdRoom } from "../keep/room";
import { uuid7 } from "../keep/uuid7";
import { chainHolds, clockIn, newStore, sure } from "./phone";

const everything = (store: Store): Promise<Kept[]> => store.outbox.toArray();

test("records of two people on one phone make one chain, numbered without a gap, however they race", async () => {
  const store = newStore();
  await Promise.all(["a", "b", "a", "b", "a", "b", "a", "b"].map((account, n) => clockIn(store, account, String(n))));
  const kept = await everything(store);
  expect(kept.map((record) => record.seq).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(await chainHolds(store, kept, (record) => (record as Kept).account)).toBe(true);
  expect(await countOf(store, "a", "waiting")).toBe(4);

  const changed = kept.map((record, place) => (place === 3 ? { ...record, wall: record.wall - 60_000 } : record));
  expect(await chainHolds(store, changed, (record) => (record as Kept).account)).toBe(false);
});

test("the private key cannot leave the browser", async () => {
  const store = newStore();
  const { pair } = await ownDevice(store);
  expect(pair.privateKey.extractable).toBe(false);
  await expect(crypto.subtle.exportKey("jwk", pair.privateKey)).rejects.toThrow();
  expect((await ownDevice(store)).id).toBe((await ownDevice(store)).id);
});

test("a crash between sealing and signing leaves a record that is signed later", async () => {
  const store = newStore();
  await ownDevice(store);
  const broken = vi.spyOn(crypto.subtle, "sign").mockRejectedValueOnce(new Error("the battery fell out"));
  await clockIn(store, "a");
  broken.mockRestore();
  const kept = await everything(store);
  expect(kept.map((record) => record.sig)).toEqual([null]);
  await sign(store, kept);
  expect(await chainHolds(store, await everything(store), () => "a")).toBe(true);
});

test("a full disk takes the reserve first, then says so, and leaves what was there", async () => {
  const store = newStore();
  await holdRoom(store);
  expect(await store.settings.get("reserve")).toBeDefined();
  await clockIn(store, "a", "before");

  const full = () => Promise.reject(new DOMException("no room", "QuotaExceededError")) as never;
  const add = vi.spyOn(store.outbox, "add").mockImplementationOnce(full);
  await clockIn(store, "a", "with the reserve given up");
  expect(await store.settings.get("reserve")).toBeUndefined();

  add.mockImplementation(full);
  await expect(clockIn(store, "a", "nowhere")).rejects.toThrow(DiskFull);
  add.mockRestore();
  await clockIn(store, "a", "after");
  expect(await chainHolds(store, await everything(store), () => "a")).toBe(true);
  expect((await everything(store)).length).toBe(3);
});

test("a photo is kept in the same moment as its record", async () => {
  const store = newStore();
  const blob = new Blob(["light"]);
  const medium = { sha256: digest("light"), kind: "photo" as const, blob, captured: 1, original: digest("raw") };
  const record = sure(await keep(store, { account: "a", kind: "report", body: {}, title: "上报", media: [medium] }));
  expect(await store.media.get([record.id, medium.sha256])).toMatchObject({ account: "a", state: "waiting", offset: 0 });
});

test("an id sorts by its time and says version 7", () => {
  expect(uuid7(1_700_000_000_000)).toMatch(/^018bcfe5-6800-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect([3, 1, 2].map((n) => uuid7(n)).sort()).toEqual([1, 2, 3].map((n) => expect.stringMatching(`-000${String(n)}-7`) as string));
});
