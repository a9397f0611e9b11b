/* Between an inspector's telephone and the server: signing in, visits in, beginnings and sheets out. Each is one message under its own
   id, so that sending it again does no harm. */
import { type Store } from "../keep/db";
import {
  arrivalOf, arrivalsOf, forgetSecrets, leave, sheetsOf, takeVisits, type Arrival, type Inspector, type Sheet, type VisitTold, wipe,
} from "../keep/inspect";
import { ask, type Answer, type Fetch } from "./server";

const SHEET_MS = 180_000;

export async function signInToSheets(
  store: Store, username: string, password: string, device: string, language: string, using: Fetch = fetch,
): Promise<Answer> {
  const body = JSON.stringify({ username, password, device });
  const answer = await ask("inspector/sign-in", { method: "POST", body, language }, using);
  if (answer.kind !== "ok") return answer;
  const { token, id, name } = answer.body as { token: string; id: number; name: string };
  await store.inspectors.put({ id: String(id), name, username, token });
  return answer;
}

/** Give the token back and forget the visits; false while something waits to be sent. */
export async function signOutOfSheets(store: Store, inspector: Inspector, using: Fetch = fetch): Promise<boolean> {
  if (!(await leave(store, inspector.id))) return false;
  if (inspector.token) void ask("inspector/sign-out", { method: "POST", token: inspector.token, body: "{}" }, using);
  return true;
}

/** Ask which visits are the own group's; false when there was no answer. */
export async function fetchVisits(store: Store, inspector: Inspector, language: string, using: Fetch = fetch): Promise<boolean> {
  if (!inspector.token) return false;
  const answer = await ask("inspector/visits", { token: inspector.token, language }, using);
  if (answer.kind === "no" && answer.status === 401) await signedOut(store, inspector);
  if (answer.kind !== "ok") return false;
  return store.transaction("rw", store.inspectors, store.visits, store.arrivals, store.sheets, store.drafts, async () => {
    // Whoever signed out while the answer was on its way keeps nothing of it.
    if ((await store.inspectors.get(inspector.id))?.token !== inspector.token) return false;
    await takeVisits(store, inspector.id, answer.body.visits as VisitTold[]);
    return true;
  });
}

/** Send what waits, of everybody who is signed in; false when some is left because there was no way. */
export async function deliverSheets(store: Store, language: string, using: Fetch = fetch): Promise<boolean> {
  let whole = true;
  for (const inspector of await store.inspectors.filter(({ token }) => token !== null).toArray()) {
    for (const arrival of await arrivalsOf(store, inspector.id)) {
      if (arrival.state === "waiting" && !(await announce(store, inspector, arrival, language, using))) whole = false;
    }
    for (const sheet of await sheetsOf(store, inspector.id)) {
      if (sheet.state !== "waiting") continue;
      const arrival = await arrivalOf(store, inspector.id, sheet.visit);
      if (arrival?.state === "waiting" || !(await deliver(store, inspector, sheet, language, using))) whole = false;
    }
  }
  return whole;
}

/** False when there was no way. A beginning goes before its sheet. */
async function announce(store: Store, inspector: Inspector, arrival: Arrival, language: string, using: Fetch): Promise<boolean> {
  const path = `inspector/visits/${String(arrival.visit)}/begin`;
  const answer = await ask(path, { method: "POST", token: inspector.token, body: arrival.body, language }, using);
  if (answer.kind === "ok") await store.arrivals.update(arrival.id, { state: "kept", before: before(answer.body) });
  else if (answer.kind === "no" && answer.status === 401) await signedOut(store, inspector);
  else if (answer.kind === "no" && answer.status < 500 && answer.status !== 429) {
    await store.arrivals.update(arrival.id, { state: "refused", said: answer.detail });
  } else return false;
  return true;
}

/** Who had begun the visit before, and when; null when nobody had. */
function before({ joined, begun_by: by, begun_ms: at }: Record<string, unknown>): Arrival["before"] {
  return joined === true ? { by: typeof by === "string" ? by : "", at: typeof at === "number" ? at : null } : null;
}

async function deliver(store: Store, inspector: Inspector, sheet: Sheet, language: string, using: Fetch): Promise<boolean> {
  const body = new FormData();
  body.append("sheet", sheet.body);
  sheet.photos.forEach((photo, n) => { body.append("photos", photo, `${String(n + 1)}.jpg`); });
  const path = `inspector/visits/${String(sheet.visit)}/sheet`;
  const answer = await ask(path, { method: "POST", token: inspector.token, body, language, timeout: SHEET_MS }, using);
  if (answer.kind === "ok") {
    if (answer.body.id !== sheet.id) return false;
    await wipe(store, inspector.id, sheet.visit);
  } else if (answer.kind === "no" && answer.status === 401) await signedOut(store, inspector);
  else if (answer.kind === "no" && answer.status < 500 && answer.status !== 429) {
    await store.sheets.update(sheet.id, { state: answer.code === "sheet_there" ? "conflict" : "refused", said: answer.detail });
  } else return false;
  return true;
}

async function signedOut(store: Store, { id, token }: Inspector): Promise<void> {
  await store.transaction("rw", store.inspectors, async () => {
    const kept = await store.inspectors.get(id);
    if (kept?.token === token) await store.inspectors.update(id, { token: null });
  });
  await forgetSecrets(store, id);
}
