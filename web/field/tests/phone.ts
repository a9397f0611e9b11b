/* A phone and a server for the tests: the store in memory, the server as the contract describes it. */
import { type Account, type Envelope, type Kept, Store } from "../keep/db";
import { ownDevice, publicKey } from "../keep/device";
import { head, keep, PROTOCOL } from "../keep/outbox";
import { type Fetch } from "../sync/server";

let stores = 0;

export function newStore(): Store {
  stores += 1;
  return new Store(`test-${String(stores)}`);
}

export async function signedIn(store: Store, id: string): Promise<Account> {
  const account: Account = { id, name: id, phone: "1", about: {}, token: `token-${id}`, revoked: null, signedInAt: 0 };
  await store.accounts.put(account);
  return account;
}

export async function clockIn(store: Store, account: string, note = "", wall = Date.now()) {
  const clock = { wall, mono: 5, boot: "boot", offset: null };
  return sure(await keep(store, { account, kind: "check_in", body: { kind: "on", note }, title: "上班打卡" }, clock));
}

export function sure(record: Kept | null): Kept {
  if (!record) throw new Error("nothing was kept");
  return record;
}

interface Posted {
  lane: string;
  records: Envelope[];
}

/** Keeps what it is sent, answers as the contract says, and can be told to misbehave once. */
export class FakeServer {
  readonly kept = new Map<string, Envelope>();
  readonly requests: Posted[] = [];
  readonly tokens: string[] = [];
  /** Taken from the front, one for each request: what happens instead of an ordinary answer. */
  readonly instead: ((posted: Posted) => Response | Promise<Response>)[] = [];
  missing: string[] = [];

  readonly fetch: Fetch = async (_input, init) => {
    const posted = JSON.parse(init?.body as string) as Posted;
    this.requests.push(posted);
    this.tokens.push(new Headers(init?.headers).get("Authorization") ?? "");
    const special = this.instead.shift();
    return special ? special(posted) : this.answer(this.store(posted));
  };

  store(posted: Posted): object[] {
    return posted.records.map((record) => {
      const before = this.kept.get(record.id);
      if (!before) this.kept.set(record.id, record);
      const outcome = !before ? "stored" : before.sha256 === record.sha256 ? "known" : "conflict";
      return { id: record.id, sha256: record.sha256, outcome, code: "", detail: "", missing: this.missing };
    });
  }

  answer(answers: object[], status = 200): Response {
    return Response.json({ protocol: PROTOCOL, server_ms: Date.now(), answers }, { status });
  }

  refusal(status: number, code: string, headers: Record<string, string> = {}): Response {
    return Response.json({ protocol: PROTOCOL, server_ms: Date.now(), code, detail: `because ${code}` }, { status, headers });
  }
}

/** The check a server makes: every signature holds under the device's public key, every `prev` is the digest of the head before. */
export async function chainHolds(store: Store, records: Envelope[], account: (record: Envelope) => string): Promise<boolean> {
  const device = await ownDevice(store);
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("jwk", await publicKey(device), curve, false, ["verify"]);
  let before = "";
  for (const [place, record] of [...records].sort((one, other) => one.seq - other.seq).entries()) {
    const text = head(device.id, account(record), record);
    const signed = Uint8Array.from(atob(record.sig ?? ""), (sign) => sign.charCodeAt(0));
    const genuine = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signed, new TextEncoder().encode(text));
    const linked = record.seq === place + 1 && record.prev === before && record.sha256 === (await sha256(record.body));
    if (!genuine || !linked) return false;
    before = await sha256(text);
  }
  return true;
}

async function sha256(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
