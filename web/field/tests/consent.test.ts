import { beforeEach, expect, test, vi } from "vitest";
import { mediaHere } from "../keep/consent";
import { store, type Account, type Medium } from "../keep/db";
import { addPoint, openPatrol, startPatrol } from "../keep/patrol";
import { useCapabilities } from "../read/capabilities";
import { type Capability } from "../read/shapes";
import { useWhere } from "../sense/where";
import { use } from "../session";
import { upload } from "../sync/media";
import { clockIn, signedIn } from "./phone";

const PLACE = { lat: 26.4, lon: 106.25, acc: 8, datum: "wgs84" } as const;
let account: Account;
let accounts = 0;

function capability(code: string, given: boolean | null): Capability {
  return { code, name: code, keeps: "", basis: "", within: "", sensitive: true, text_version: "v1", given, usable: given === true };
}

beforeEach(async () => {
  await Promise.all([store.outbox, store.media, store.patrols, store.points, store.settings].map((table) => table.clear()));
  accounts += 1;
  account = await signedIn(store, `person-${accounts}`);
  await store.known.put({
    account: account.id, path: "home", etag: "", at: 1,
    body: { capabilities: ["place", "track", "photo", "voice"].map((code) => capability(code, true)) },
  });
  await use(account);
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
});

async function capabilities() {
  const made = useCapabilities();
  await vi.waitFor(() => { expect(made.known.value.length).toBe(4); });
  return made;
}
function of(found: Capability | undefined): Capability {
  if (!found) throw new Error("the policy does not have it");
  return found;
}
async function withdraw(code: string): Promise<void> {
  const { find, answer } = await capabilities();
  await answer(of(find(code)), false);
}
const bodies = async (): Promise<Record<string, unknown>[]> =>
  (await store.outbox.orderBy("[account+state+seq]").toArray()).map(({ kind, body }) => ({ kind, ...(JSON.parse(body) as object) }));

/** A photo and a voice note of a record that the server has. */
async function twoMedia(): Promise<void> {
  const record = await clockIn(store, account.id);
  await store.outbox.update(record.id, { state: "delivered" });
  const made = (kind: Medium["kind"]): Medium => ({
    record: record.id, sha256: kind, account: account.id, kind, blob: new Blob([kind]), captured: 0, original: "", url: null, offset: 0,
    state: "waiting", said: "",
  });
  await store.media.bulkAdd([made("photo"), made("voice")]);
}

/** What went out over tus: the kind that each upload names, and the bytes of each piece. `between` is done after each piece. */
function heard(between: () => Promise<void> = () => Promise.resolve()) {
  const sent = { kinds: [] as string[], pieces: [] as number[] };
  let offset = 0;
  class FakeRequest {
    status = 0;
    responseText = "";
    upload = {};
    onload = (): void => undefined;
    onerror = (): void => undefined;
    open(): void { /* the address is the store's */ }
    setRequestHeader(name: string, value: string): void {
      if (name === "Upload-Metadata") sent.kinds.push(atob(/kind ([^,]+)/.exec(value)?.[1] ?? ""));
      if (name === "Upload-Metadata") offset = 0;
    }
    getResponseHeader(name: string): string | null {
      return { "Tus-Resumable": "1.0.0", Location: "/one", "Upload-Offset": String(offset) }[name] ?? null;
    }
    send(piece: Blob | null): void {
      this.status = piece ? 204 : 201;
      if (piece) sent.pieces.push(piece.size);
      offset += piece?.size ?? 0;
      void (piece ? between() : Promise.resolve()).then(() => { this.onload(); });
    }
    abort(): void { /* nothing is under way */ }
  }
  vi.stubGlobal("XMLHttpRequest", FakeRequest);
  return sent;
}

test("a withdrawn photo does not leave the phone any more; the voice note does, and a new consent lets the photo go", async () => {
  const sent = heard();
  await twoMedia();
  await withdraw("photo");
  await upload(store, account);
  expect(sent.kinds).toEqual(["voice"]);
  expect((await mediaHere(store, account.id)).map(({ held }) => held).sort()).toEqual([false, true]);

  const { find, answer } = await capabilities();
  await answer(of(find("photo")), true);
  await upload(store, account);
  expect(sent.kinds).toContain("photo");
});

test("a withdrawal in the middle of an upload stops it at the next piece", async () => {
  const sent = heard(() => withdraw("photo"));
  await twoMedia();
  await store.media.filter(({ kind }) => kind === "voice").delete();
  await store.media.toCollection().modify({ blob: new Blob([new Uint8Array(600 * 1024)]) });
  expect(await upload(store, account)).toEqual({ sent: 0, left: true });
  expect(sent.pieces).toEqual([256 * 1024]);
  expect(await upload(store, account)).toEqual({ sent: 0, left: false });
  expect(sent.pieces.length).toBe(1);
});

test("a no of the village's paper stops it as well; other words than those agreed to do not count as a no", async () => {
  const sent = heard();
  await twoMedia();
  await store.known.update([account.id, "home"], { body: { capabilities: [capability("photo", false), capability("voice", null)] } });
  await upload(store, account);
  expect(sent.kinds).toEqual(["voice"]);
});

test("who withdraws the place ends the patrol: its points are sealed before the withdrawal, and none follows", async () => {
  const patrol = await startPatrol(store, account.id, { place: PLACE, at: 1, why: "" });
  await addPoint(store, patrol.id, PLACE, 10_000);
  await withdraw("place");
  expect(await openPatrol(store, account.id)).toBeNull();
  expect(await addPoint(store, patrol.id, PLACE, 90_000)).toBe(false);
  expect(await bodies()).toMatchObject([
    { kind: "patrol", event: "start" },
    { kind: "points", points: [[10_000, 26.4, 106.25, 8]] },
    { kind: "patrol", event: "end", place: null, why_no_place: "withdrawn" },
    { kind: "consent", capability: "place", given: false },
  ]);
  const { allows, sendable } = await capabilities();
  expect([allows("place"), allows("track"), allows("photo")]).toEqual([false, false, true]);
  await withdraw("photo");
  const shot = { sha256: "p", blob: new Blob(), captured: 0, original: "" };
  expect(sendable([{ kind: "photo", ...shot }, { kind: "voice", ...shot }])).toMatchObject([{ kind: "voice" }]);
});

test("a place that was found is not handed on after the withdrawal, nor when it was taken", async () => {
  const { allows } = await capabilities();
  vi.spyOn(console, "warn").mockImplementation(() => undefined); // Vue misses the page around
  const { where, said, takenAt } = useWhere(() => allows("place"));
  where.fix = { place: PLACE, at: 5, why: "" };
  expect([said(), takenAt()]).toEqual([{ place: PLACE }, 5]);
  await withdraw("place");
  expect([said(), takenAt()]).toEqual([{ place: null, why_no_place: "off" }, null]);
});

test("no answer is shown as given that is not on the disk", async () => {
  const { find, answer, consented } = await capabilities();
  const photo = of(find("photo"));
  const broken = vi.spyOn(store.outbox, "add").mockImplementation(() => Promise.reject(new Error("no disk")) as never);
  await expect(answer(photo, false)).rejects.toThrow("no disk");
  broken.mockRestore();
  expect([consented(photo), await store.outbox.count(), await store.settings.count()]).toEqual([true, 0, 1]);
});
