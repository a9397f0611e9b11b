import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { countOf, setting, store, type Kept } from "../keep/db";
import { exportQueue } from "../keep/export";
import { keep, PROTOCOL } from "../keep/outbox";
import { session, signIn, signOut, use } from "../session";
import { chainHolds, clockIn, FakeServer, signedIn } from "./phone";

beforeEach(async () => {
  await Promise.all(store.tables.map((table) => table.clear()));
});
afterEach(() => { vi.unstubAllGlobals(); });

/** The server lets this person in. */
function admits(id: number, name: string): void {
  const body = { protocol: PROTOCOL, server_ms: 1, token: `token-${id}`, account: { id, name } };
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json(body)));
}

test("a second person on the phone, who comes and goes, leaves the first one's queue, drafts and name as they were", async () => {
  await use(await signedIn(store, "1"));
  await clockIn(store, "1");
  await store.drafts.put({ account: "1", page: "log/text", content: "半" });
  admits(2, "李大河");
  expect(await signIn("13985000002", "12345678")).toBe("in");
  expect(session.account).toMatchObject({ id: "2", name: "李大河", token: "token-2" });
  await clockIn(store, "2");
  await signOut();
  expect([session.account, await setting("account")]).toEqual([null, null]);
  expect([await countOf(store, "1", "waiting"), await countOf(store, "2", "waiting")]).toEqual([1, 1]);
  expect((await store.accounts.toArray()).map(({ id, token }) => [id, token])).toEqual([["1", "token-1"], ["2", null]]);
  expect((await store.drafts.toArray()).map(({ content }) => content)).toEqual(["半"]);
  expect(await chainHolds(store, await store.outbox.toArray(), (record) => (record as Kept).account)).toBe(true);
});

test("who is refused at the door changes nothing", async () => {
  await use(await signedIn(store, "1"));
  vi.stubGlobal("fetch", () => Promise.resolve(new FakeServer().refusal(401, "wrong")));
  expect(await signIn("13985000002", "0")).toMatchObject({ kind: "no", detail: "because wrong" });
  vi.stubGlobal("fetch", () => Promise.resolve(new Response("<html>Wi-Fi</html>")));
  expect(await signIn("13985000002", "0")).toEqual({ kind: "stranger" });
  expect([session.account?.id, await store.accounts.count()]).toEqual(["1", 1]);
});

test("the queue as a file: what was not delivered, signed, with its photos, and nothing of anybody else", async () => {
  const account = await signedIn(store, "1");
  const shot = { sha256: "p", kind: "photo" as const, blob: new Blob(["light"], { type: "image/jpeg" }), captured: 1, original: "o" };
  const mine = await keep(store, { account: "1", kind: "report", body: { text: "火情" }, title: "上报", media: [shot] });
  const sent = await clockIn(store, "1");
  await store.outbox.update(sent.id, { state: "delivered" });
  await clockIn(store, "2");
  const file = JSON.parse(await (await exportQueue(store, account)).text()) as { records: Kept[]; media: object[] };
  expect(file).toMatchObject({ protocol: PROTOCOL, account: "1", records: [{ id: mine?.id, body: '{"text":"火情"}' }] });
  expect(file.records[0]?.sig).toMatch(/^[A-Za-z0-9+/]{86}==$/);
  expect(file.media).toMatchObject([{ sha256: "p", type: "image/jpeg", base64: btoa("light") }]);
});
