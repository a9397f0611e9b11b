import { beforeEach, expect, test } from "vitest";
import { countOf, type Account, type Store } from "../keep/db";
import { uuid7 } from "../keep/uuid7";
import { deliver, deliverAll } from "../sync/deliver";
import { clockIn, FakeServer, newStore, signedIn } from "./phone";

let store: Store;
let server: FakeServer;
let account: Account;

beforeEach(async () => {
  store = newStore();
  server = new FakeServer();
  account = await signedIn(store, "a");
});

const HOURS = 3_600_000;
const send = () => deliver(store, account, server.fetch);
const states = async () => (await store.outbox.toArray()).map((record) => record.state);

test("what happens now goes first, the backlog follows oldest first, each in the order of the chain", async () => {
  const old = [await clockIn(store, "a", "1", Date.now() - 9 * HOURS), await clockIn(store, "a", "2", Date.now() - 8 * HOURS)];
  const fresh = await clockIn(store, "a", "3");
  expect(await send()).toEqual({ delivered: 3, stopped: "", retryAfter: null });
  expect(server.requests.map(({ lane, records }) => [lane, records.map((record) => record.id)])).toEqual([
    ["now", [fresh.id]],
    ["backlog", old.map((record) => record.id)],
  ]);
});

test("a lost answer is asked again and told as known: delivered once, kept once", async () => {
  await clockIn(store, "a");
  server.instead.push((posted) => {
    server.store(posted);
    throw new TypeError("the connection was lost");
  });
  expect((await send()).stopped).toBe("offline");
  expect(await states()).toEqual(["waiting"]);
  expect((await send()).delivered).toBe(1);
  expect(server.kept.size).toBe(1);
});

test.each([
  ["a login page", () => new Response("<html>Wi-Fi</html>", { status: 200 }), "stranger"],
  ["JSON of somebody else", () => Response.json({ ok: true, answers: [] }), "stranger"],
  ["a proxy without its server", () => new Response("bad gateway", { status: 502 }), "offline"],
  ["a cut answer", () => new Response('{"protocol": "yigang-sync/1", "answ', { status: 200 }), "stranger"],
])("%s is not success", async (_name, answer, stopped) => {
  await clockIn(store, "a");
  server.instead.push(answer);
  expect(await send()).toMatchObject({ delivered: 0, stopped });
  expect(await states()).toEqual(["waiting"]);
});

test("an answer counts only for the id and the digest it names", async () => {
  const record = await clockIn(store, "a");
  for (const wrong of [{ sha256: "0".repeat(64) }, { id: "another" }, { outcome: "maybe" }]) {
    server.instead.push(() => server.answer([{ id: record.id, sha256: record.sha256, outcome: "stored", ...wrong }]));
    expect((await send()).delivered).toBe(0);
  }
  expect(await states()).toEqual(["waiting"]);
});

test("refused and conflicting records stay on the phone with their reason and are not sent again", async () => {
  const [one, two] = [await clockIn(store, "a", "1"), await clockIn(store, "a", "2")];
  server.instead.push(() =>
    server.answer([
      { id: one.id, sha256: one.sha256, outcome: "refused", detail: "not your village" },
      { id: two.id, sha256: two.sha256, outcome: "conflict", detail: "another content" },
    ]),
  );
  await send();
  expect(await store.outbox.toArray()).toMatchObject([
    { state: "refused", said: "not your village" },
    { state: "conflict", said: "another content" },
  ]);
  await send();
  expect(server.requests.length).toBe(1);
});

test("two accounts: each queue goes under its own token, and a revoked one keeps its queue", async () => {
  await signedIn(store, "b");
  await clockIn(store, "a");
  await clockIn(store, "b");
  server.instead.push(() => server.refusal(401, "revoked"));
  expect((await deliverAll(store, server.fetch)).map((one) => one.stopped)).toEqual(["revoked", ""]);
  expect(server.tokens).toEqual(["Bearer token-a", "Bearer token-b"]);
  expect([await countOf(store, "a", "waiting"), await countOf(store, "b", "waiting")]).toEqual([1, 0]);
  expect(await store.accounts.get("a")).toMatchObject({ token: null, revoked: "because revoked" });

  await signedIn(store, "a");
  await deliverAll(store, server.fetch);
  expect(await countOf(store, "a", "waiting")).toBe(0);
});

test("a request that is too much is halved until the one that cannot pass stands alone, and the others pass", async () => {
  const records = [];
  for (const note of ["1", "too much", "3", "4"]) records.push(await clockIn(store, "a", note));
  const strict: typeof fetch = (input, init) =>
    (init?.body as string).includes("too much") ? Promise.resolve(server.refusal(413, "too_large")) : server.fetch(input, init);
  expect(await deliver(store, account, strict)).toMatchObject({ delivered: 3, stopped: "" });
  expect(await store.outbox.get(records[1]?.id ?? "")).toMatchObject({ state: "waiting", said: "because too_large" });
});

test("the server's wish to wait is heard", async () => {
  await clockIn(store, "a");
  server.instead.push(() => server.refusal(429, "too_many", { "Retry-After": "7" }));
  expect(await send()).toEqual({ delivered: 0, stopped: "busy", retryAfter: 7000 });
});

test("a photo leaves the phone when the server no longer misses it", async () => {
  const record = await clockIn(store, "a");
  const medium = { record: record.id, sha256: "p", account: "a", kind: "photo" as const, blob: new Blob(["x"]), captured: 0 };
  await store.media.add({ ...medium, original: "", url: "u", offset: 1, state: "sent", said: "" });
  server.missing = ["p"];
  await send();
  expect(await store.media.get([record.id, "p"])).toMatchObject({ state: "waiting", url: null });

  await store.media.update([record.id, "p"], { state: "sent" });
  await store.outbox.update(record.id, { state: "waiting" });
  server.missing = [];
  await send();
  expect(await store.media.count()).toBe(0);
});

test("six hundred records go in two requests", async () => {
  const record = await clockIn(store, "a", "", Date.now() - HOURS);
  await store.outbox.bulkAdd(Array.from({ length: 599 }, (_, n) => ({ ...record, id: uuid7(), seq: n + 2 })));
  expect((await send()).delivered).toBe(600);
  expect(server.requests.map((request) => request.records.length)).toEqual([500, 100]);
});
