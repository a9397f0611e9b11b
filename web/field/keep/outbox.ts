/* A record is sealed once: its content, its place in this device's chain, its clocks. From then on nothing in it changes. */
import { digest } from "./digest";
import { type Device, type Envelope, type Kept, type Medium, type Store } from "./db";
import { ownDevice, signature } from "./device";
import { forgetDraft } from "./draft";
import { readClock, type Reading } from "./clock";
import { spareRoom } from "./room";
import { uuid7 } from "./uuid7";

export const PROTOCOL = "yigang-sync/1";

type Body = Record<string, unknown>;

export interface Draftling {
  account: string;
  kind: string;
  /** A function is asked inside the transaction that seals the record, and may change the store with it; null: nothing to keep. */
  body: Body | (() => Promise<Body | null>);
  /** What the list of waiting items calls it. */
  title: string;
  fix?: number | null;
  media?: Omit<Medium, "record" | "account" | "url" | "offset" | "state" | "said">[];
  /** The form that it was typed into; its draft goes with the sealing. */
  form?: string;
}

/** The text that is signed and chained; the order of the fields is the contract's. */
export function head(device: string, account: string, record: Envelope): string {
  const { id, kind, sha256, seq, wall, mono, boot, fix, offset, prev } = record;
  return [PROTOCOL, device, account, id, kind, sha256, seq, wall, mono, boot, fix ?? "", offset ?? "", prev].join("\n");
}

/** Keep a record, with its photos and voice, before anything else happens to it. Resolves when it is on the disk; what could not
    be signed now is signed before it is sent. */
export async function keep(store: Store, made: Draftling, clock: Reading = readClock()): Promise<Kept | null> {
  await ownDevice(store);
  const record = await spareRoom(store, () => write(store, made, clock));
  if (record) await sign(store, [record]).catch(() => undefined);
  return record;
}

async function write(store: Store, made: Draftling, clock: Reading): Promise<Kept | null> {
  const tables = [store.device, store.outbox, store.media, store.patrols, store.points, store.settings, store.drafts, store.known];
  return store.transaction("rw", tables, async () => {
    const device = await store.device.get("device");
    if (!device) throw new Error("the device has no key");
    const body = typeof made.body === "function" ? await made.body() : made.body;
    if (!body) return null;
    const record = seal(device, made, JSON.stringify(body), clock);
    await store.outbox.add(record);
    await store.media.bulkAdd((made.media ?? []).map((medium) => asWaiting(medium, record)));
    if (made.form !== undefined) await forgetDraft(store, made.account, made.form);
    await store.device.update("device", { seq: record.seq, prev: digest(head(device.id, made.account, record)) });
    return record;
  });
}

function seal(device: Device, made: Draftling, body: string, clock: Reading): Kept {
  return {
    id: uuid7(clock.wall),
    kind: made.kind,
    body,
    sha256: digest(body),
    seq: device.seq + 1,
    ...clock,
    fix: made.fix ?? null,
    prev: device.prev,
    sig: null,
    account: made.account,
    state: "waiting",
    title: made.title,
    said: "",
    deliveredAt: null,
    media: (made.media ?? []).map((medium) => medium.sha256),
  };
}

function asWaiting(medium: NonNullable<Draftling["media"]>[number], record: Kept): Medium {
  return { ...medium, record: record.id, account: record.account, url: null, offset: 0, state: "waiting", said: "" };
}

/** Sign what is not signed yet: WebCrypto answers later than a transaction lives, and a crash may fall in between. */
export async function sign(store: Store, records: Kept[]): Promise<Kept[]> {
  const device = await ownDevice(store);
  for (const record of records) {
    if (record.sig !== null) continue;
    record.sig = await signature(device, head(device.id, record.account, record));
    await store.outbox.update(record.id, { sig: record.sig });
  }
  return records;
}

/** What of a row leaves the phone. */
export function envelope({ id, kind, body, sha256, seq, wall, mono, boot, fix, offset, prev, sig }: Kept): Envelope {
  return { id, kind, body, sha256, seq, wall, mono, boot, fix, offset, prev, sig };
}
