/* Bringing records to the server. Runs in the page and in the service worker; both at once do no harm, because the server
   knows a record by its id and answers "known". */
import Dexie from "dexie";
import { readClock } from "../keep/clock";
import { envelope, sign } from "../keep/outbox";
import { type Account, type Kept, type Store } from "../keep/db";
import { ask, type Answer, type Fetch } from "./server";

const NOW_MS = 10 * 60_000;
const MOST_RECORDS = 500;
const MOST_BYTES = 1_500_000;

type Lane = "now" | "backlog";

export interface Delivery {
  delivered: number;
  /** Why it stopped; "" when nothing is left to do. */
  stopped: "" | "offline" | "stranger" | "revoked" | "signed_out" | "busy";
  retryAfter: number | null;
}

interface Verdict {
  id: string;
  sha256: string;
  outcome: string;
  detail: string;
  missing: string[];
}

/** Send what this account has waiting: what happens now first, then the backlog, oldest first. */
export async function deliver(store: Store, account: Account, using: Fetch = fetch): Promise<Delivery> {
  const result: Delivery = { delivered: 0, stopped: "", retryAfter: null };
  let most = MOST_RECORDS;
  const passed = new Set<string>();
  for (;;) {
    const batch = await nextBatch(store, account.id, most, passed);
    if (!batch) return result;
    await sign(store, batch.records);
    const answer = await post(batch.lane, batch.records, account, using);
    if (answer.kind === "ok") {
      result.delivered += await settle(store, batch.records, verdicts(answer.body));
      for (const record of batch.records) passed.add(record.id);
      most = MOST_RECORDS;
    } else if (answer.kind === "no" && isAboutContent(answer.status)) {
      if (batch.records.length > 1) most = Math.ceil(batch.records.length / 2);
      else await setAside(store, batch.records, answer.detail, passed);
    } else {
      return { ...result, ...(await stopped(store, account, answer)) };
    }
  }
}

/** 401 and 429 speak of the sender, 5xx of the server; other refusals of a whole request speak of what is in it. */
const isAboutContent = (status: number): boolean => status >= 400 && status < 500 && ![401, 403, 429].includes(status);

async function nextBatch(store: Store, account: string, most: number, passed: Set<string>) {
  const now = Date.now();
  const waiting = store.outbox.where("[account+state+wall]");
  const recent = waiting.between([account, "waiting", now - NOW_MS], [account, "waiting", Dexie.maxKey]);
  const urgent = await recent.filter((record) => !passed.has(record.id)).limit(most).toArray();
  if (urgent.length > 0) return { lane: "now" as Lane, records: fitting(urgent) };
  const chained = store.outbox.where("[account+state+seq]");
  const all = chained.between([account, "waiting", Dexie.minKey], [account, "waiting", Dexie.maxKey]);
  const rest = await all.filter((record) => !passed.has(record.id)).limit(most).toArray();
  return rest.length > 0 ? { lane: "backlog" as Lane, records: fitting(rest) } : null;
}

/** In the order of the chain, as many as one request may carry; always at least one. */
function fitting(records: Kept[]): Kept[] {
  records.sort((one, other) => one.seq - other.seq);
  let bytes = 0;
  const end = records.findIndex((record) => (bytes += record.body.length * 3 + 600) > MOST_BYTES);
  return end === -1 ? records : records.slice(0, Math.max(1, end));
}

async function post(lane: Lane, records: Kept[], account: Account, using: Fetch): Promise<Answer> {
  const { wall, mono, boot } = readClock();
  const body = JSON.stringify({ lane, clock: { wall, mono, boot }, records: records.map(envelope) });
  return ask("records", { method: "POST", token: account.token, body, timeout: 60_000 }, using);
}

function verdicts(body: Record<string, unknown>): Map<string, Verdict> {
  const answers = Array.isArray(body.answers) ? (body.answers as Partial<Verdict>[]) : [];
  return new Map(
    answers.map(({ id = "", sha256 = "", outcome = "", detail = "", missing = [] }) => [
      id + sha256,
      { id, sha256, outcome, detail, missing },
    ]),
  );
}

/** Believe an answer only about the record that it names by id and by digest; a record without one keeps waiting. */
async function settle(store: Store, records: Kept[], answers: Map<string, Verdict>): Promise<number> {
  const changes = new Map<string, Partial<Kept>>();
  const missing = new Map<string, string[]>();
  for (const record of records) {
    const verdict = answers.get(record.id + record.sha256);
    if (verdict?.outcome === "stored" || verdict?.outcome === "known") {
      changes.set(record.id, { state: "delivered", said: verdict.detail, deliveredAt: Date.now() });
      missing.set(record.id, verdict.missing);
    } else if (verdict?.outcome === "conflict" || verdict?.outcome === "refused") {
      changes.set(record.id, { state: verdict.outcome, said: verdict.detail });
    }
  }
  await store.transaction("rw", store.outbox, store.media, async () => {
    const changing = store.outbox.where("id").anyOf([...changes.keys()]);
    await changing.modify((record) => void Object.assign(record, changes.get(record.id)));
    await release(store, missing);
  });
  return missing.size;
}

/** A photo that was sent leaves the phone when the server no longer lists it as missing; else it goes again. */
async function release(store: Store, missing: Map<string, string[]>): Promise<void> {
  for (const { record, sha256 } of await store.media.where("state").equals("sent").toArray()) {
    const list = missing.get(record);
    if (list?.includes(sha256)) await store.media.update([record, sha256], { state: "waiting", url: null, offset: 0 });
    else if (list) await store.media.delete([record, sha256]);
  }
}

async function setAside(store: Store, records: Kept[], detail: string, passed: Set<string>): Promise<void> {
  for (const record of records) {
    passed.add(record.id);
    await store.outbox.update(record.id, { said: detail });
  }
}

async function stopped(store: Store, account: Account, answer: Answer): Promise<Omit<Delivery, "delivered">> {
  if (answer.kind === "offline" || answer.kind === "stranger") return { stopped: answer.kind, retryAfter: null };
  if (answer.kind === "ok") return { stopped: "", retryAfter: null };
  if (answer.status !== 401) return { stopped: "busy", retryAfter: answer.retryAfter };
  await refuse(store, account, answer.code, answer.detail);
  return { stopped: answer.code === "revoked" ? "revoked" : "signed_out", retryAfter: null };
}

/** The server takes nothing from this sign-in any more: say so, keep the queue. */
export async function refuse(store: Store, account: Account, code: string, detail: string): Promise<void> {
  await store.transaction("rw", store.accounts, async () => {
    const kept = await store.accounts.get(account.id);
    if (kept?.token !== account.token) return;
    await store.accounts.update(account.id, { token: null, revoked: code === "revoked" ? detail : null });
  });
}

/** Send for every account that is signed in on this phone. */
export async function deliverAll(store: Store, using: Fetch = fetch): Promise<Delivery[]> {
  const accounts = await store.accounts.filter((account) => account.token !== null).toArray();
  const deliveries: Delivery[] = [];
  for (const account of accounts) deliveries.push(await deliver(store, account, using));
  return deliveries;
}
