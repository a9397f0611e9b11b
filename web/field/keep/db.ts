/* Everything the phone knows lies here, in IndexedDB. Rows of several accounts lie side by side and every reading names its
   account, so that one person's signing in or out never touches another's queue. */
import Dexie, { type EntityTable, type Table } from "dexie";
import { type Arrival, type Inspector, type OwnVisit, type Sheet } from "./inspect";

export interface Device {
  key: "device";
  id: string;
  name: string;
  pair: CryptoKeyPair;
  /** The number of the last record sealed on this device; the first is 1. */
  seq: number;
  /** sha256 of the head of the last record; "" before the first. */
  prev: string;
}

export interface Account {
  id: string;
  name: string;
  phone: string;
  /** What else the server said of the account at sign-in: programme and so on. */
  about: Record<string, unknown>;
  /** null when signed out or refused by the server. The queue stays. */
  token: string | null;
  revoked: string | null;
  signedInAt: number;
}

export interface Envelope {
  id: string;
  kind: string;
  body: string;
  sha256: string;
  seq: number;
  wall: number;
  mono: number;
  boot: string;
  fix: number | null;
  offset: number | null;
  prev: string;
  /** null for the instant between sealing and signing; `sign` fills it in, after a crash too. */
  sig: string | null;
}

/** waiting: not yet acknowledged. delivered: the server said stored or known. The others are kept until the person has read them. */
export type State = "waiting" | "delivered" | "conflict" | "refused";

export interface Kept extends Envelope {
  account: string;
  state: State;
  title: string;
  /** The server's or the network's last word about it, for the person. */
  said: string;
  deliveredAt: number | null;
  /** sha256 of the photos and voice that belong to it. */
  media: string[];
}

export interface Medium {
  sha256: string;
  account: string;
  record: string;
  kind: "photo" | "voice";
  blob: Blob;
  captured: number;
  original: string;
  /** The address the server gave for it: a piece that arrived is not sent again. */
  url: string | null;
  offset: number;
  /** sent: every byte was taken; the blob goes when the server no longer lists it as missing. */
  state: "waiting" | "sent" | "refused";
  said: string;
}

export interface Patrol {
  id: string;
  account: string;
  state: "running" | "paused" | "ended";
  startedAt: number;
  /** Milliseconds on the way until `since`, pauses left out. */
  spent: number;
  since: number;
  /** How many points were saved, and how many of them lie in a sealed record already. */
  points: number;
  sealed: number;
  /** Metres between the saved points, as the phone sees them; the server measures properly. */
  metres: number;
}

export interface Point {
  patrol: string;
  n: number;
  ms: number;
  lat: number;
  lon: number;
  acc: number;
}

export interface Known {
  account: string;
  path: string;
  etag: string;
  body: unknown;
  at: number;
}

export interface Draft {
  account: string;
  /** Form and field, as `log/text`. */
  page: string;
  content: unknown;
}

export class Store extends Dexie {
  device!: EntityTable<Device, "key">;
  accounts!: EntityTable<Account, "id">;
  outbox!: EntityTable<Kept, "id">;
  media!: Table<Medium, [string, string]>;
  patrols!: EntityTable<Patrol, "id">;
  points!: Table<Point, [string, number]>;
  known!: Table<Known, [string, string]>;
  drafts!: Table<Draft, [string, string]>;
  inspectors!: EntityTable<Inspector, "id">;
  visits!: Table<OwnVisit, [string, number]>;
  arrivals!: EntityTable<Arrival, "id">;
  sheets!: EntityTable<Sheet, "id">;
  settings!: Table<{ key: string; value: unknown }, string>;

  constructor(name = "yigang-field") {
    // strict: a commit is on the disk when the promise resolves, so a battery that falls out takes nothing with it.
    super(name, { chromeTransactionDurability: "strict" });
    this.version(1).stores({
      device: "key",
      accounts: "id",
      outbox: "id, [account+state+seq], [account+state+wall], [account+wall]",
      media: "[record+sha256], account, record, state",
      patrols: "id, [account+state]",
      points: "[patrol+n]",
      known: "[account+path]",
      drafts: "[account+page]",
      settings: "key",
    });
    this.version(2).stores({ inspectors: "id", visits: "[inspector+id]", sheets: "id, inspector, [inspector+visit]" });
    this.version(3).stores({ arrivals: "id, inspector, [inspector+visit]" }).upgrade((change) =>
      // Until now only visits that had begun lay here.
      change.table<OwnVisit>("visits").toCollection().modify(({ told }) => { told.state = "begun"; }));
  }
}

export const store = new Store();

export async function setting<T>(key: string): Promise<T | null> {
  return ((await store.settings.get(key))?.value as T | undefined) ?? null;
}

export async function setSetting(key: string, value: unknown): Promise<void> {
  await store.settings.put({ key, value });
}

/** This account's records in that state, by the phone's clock. */
export function rowsOf(store: Store, account: string, state: State) {
  return store.outbox.where("[account+state+wall]").between([account, state, Dexie.minKey], [account, state, Dexie.maxKey]);
}

export async function countOf(store: Store, account: string, state: State): Promise<number> {
  return rowsOf(store, account, state).count();
}
