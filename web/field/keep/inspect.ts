/* Visits of an inspector: those of the week and those that have begun, and what was written of them. A sheet stays until the server has
   it, and then nothing of the visit stays: neither names nor photos nor what was typed. A visit that has not begun is secret: it goes
   from the telephone with the sign-in, and with its week. */
import Dexie from "dexie";
import { type Store } from "./db";
import { draftOf, forgetDraft } from "./draft";

export interface Inspector {
  id: string;
  name: string;
  username: string;
  /** null when signed out or refused by the server. What was written stays. */
  token: string | null;
}

export interface VisitTold {
  id: number;
  state: "planned" | "begun";
  village: string;
  kind: string;
  kind_name: string;
  programme: string;
  last_day: string;
  holders: { appointment: number; name: string; post: string }[];
}

export interface OwnVisit {
  inspector: string;
  id: number;
  told: VisitTold;
  at: number;
  /** The server names it no more, though something was typed here: somebody else handed the sheet in. */
  over?: boolean;
}

/** A beginning that was written here. `body` is what the server reads; `before`: who had begun the visit when it arrived there. */
export interface Arrival {
  id: string;
  inspector: string;
  visit: number;
  title: string;
  body: string;
  madeAt: number;
  state: "waiting" | "kept" | "refused";
  said: string;
  before: { by: string; at: number | null } | null;
}

/** `body` is what the server reads; conflict: somebody else's sheet of the visit was there before. */
export interface Sheet {
  id: string;
  inspector: string;
  visit: number;
  title: string;
  body: string;
  photos: Blob[];
  madeAt: number;
  state: "waiting" | "conflict" | "refused";
  said: string;
}

export const draftAccount = (inspector: string): string => `inspector-${inspector}`;
export const draftForm = (visit: number): string => `sheet-${String(visit)}`;

/** Who uses the telephone for sheets: whoever is signed in, else whose sheets still lie here. */
export async function whoever(store: Store): Promise<Inspector | undefined> {
  const known = await store.inspectors.toArray();
  return known.find(({ token }) => token !== null) ?? known[0];
}

export async function sheetsOf(store: Store, inspector: string): Promise<Sheet[]> {
  return store.sheets.where({ inspector }).sortBy("madeAt");
}

export async function visitsOf(store: Store, inspector: string): Promise<OwnVisit[]> {
  return store.visits.where("[inspector+id]").between([inspector, Dexie.minKey], [inspector, Dexie.maxKey]).toArray();
}

export async function arrivalsOf(store: Store, inspector: string): Promise<Arrival[]> {
  return store.arrivals.where({ inspector }).sortBy("madeAt");
}

export async function arrivalOf(store: Store, inspector: string, visit: number): Promise<Arrival | undefined> {
  return store.arrivals.where({ inspector, visit }).first();
}

/** Whether the sheet may be written: the server says that the visit has begun, or it was begun here. */
export const hasBegun = (visit: OwnVisit, arrival: Arrival | undefined): boolean =>
  visit.told.state === "begun" || (arrival !== undefined && arrival.state !== "refused");

export async function sheetOf(store: Store, inspector: string, visit: number): Promise<Sheet | undefined> {
  return (await sheetsOf(store, inspector)).find((one) => one.visit === visit);
}

/** What the server says now is all there is: a visit that it no longer names is wiped, unless something of it waits here. What was
    typed of one that has begun stays, and is said to be over, until its writer deletes it. */
export async function takeVisits(store: Store, inspector: string, told: VisitTold[]): Promise<void> {
  const written = await writtenOf(store, inspector);
  const named = new Set(told.map(({ id }) => id));
  for (const visit of await visitsOf(store, inspector)) {
    if (named.has(visit.id) || written.has(visit.id)) continue;
    if (await isTyped(store, visit)) await store.visits.put({ ...visit, over: true });
    else await wipe(store, inspector, visit.id);
  }
  const at = Date.now();
  await store.visits.bulkPut(told.map((each) => ({ inspector, id: each.id, told: each, at })));
}

/** Something of the sheet was typed and not sent; before the beginning there is no sheet to type. */
async function isTyped(store: Store, visit: OwnVisit): Promise<boolean> {
  const begun = hasBegun(visit, await arrivalOf(store, visit.inspector, visit.id));
  return begun && (await draftOf(store, draftAccount(visit.inspector), draftForm(visit.id))).size > 0;
}

/** Visits with a sheet here, or with a beginning that the server has not taken. */
async function writtenOf(store: Store, inspector: string): Promise<Set<number>> {
  const arrivals = (await arrivalsOf(store, inspector)).filter(({ state }) => state !== "kept");
  return new Set([...arrivals, ...(await sheetsOf(store, inspector))].map(({ visit }) => visit));
}

/** Nobody learns from this telephone where a group would have gone: secret visits go, all of them, or those whose week is over. */
export async function forgetSecrets(store: Store, inspector: string, lastDay?: string): Promise<void> {
  for (const visit of await visitsOf(store, inspector)) {
    const begun = visit.told.state === "begun" || (await arrivalOf(store, inspector, visit.id)) !== undefined;
    if (!begun && (lastDay === undefined || visit.told.last_day < lastDay)) await wipe(store, inspector, visit.id);
  }
}

export async function wipe(store: Store, inspector: string, visit: number): Promise<void> {
  await store.transaction("rw", store.visits, store.arrivals, store.sheets, store.drafts, async () => {
    await store.visits.delete([inspector, visit]);
    await store.arrivals.where({ inspector, visit }).delete();
    await store.sheets.where({ inspector, visit }).delete();
    await forgetDraft(store, draftAccount(inspector), draftForm(visit));
  });
}

/** What signing out would take: `waiting` must be sent first, `unsent` (typed, or not taken by the server) may be given up. */
export async function unsent(store: Store, inspector: string): Promise<"waiting" | "unsent" | ""> {
  const written = [...(await arrivalsOf(store, inspector)), ...(await sheetsOf(store, inspector))];
  if (written.some(({ state }) => state === "waiting")) return "waiting";
  if (written.some(({ state }) => state !== "kept")) return "unsent";
  for (const visit of await visitsOf(store, inspector)) if (await isTyped(store, visit)) return "unsent";
  return "";
}

/** Signed out: nothing stays of visits. Refused, false, while something waits to be sent. */
export async function leave(store: Store, inspector: string): Promise<boolean> {
  if ((await unsent(store, inspector)) === "waiting") return false;
  const written = [...(await arrivalsOf(store, inspector)), ...(await sheetsOf(store, inspector))];
  const known = new Set([...(await visitsOf(store, inspector)).map(({ id }) => id), ...written.map(({ visit }) => visit)]);
  for (const visit of known) await wipe(store, inspector, visit);
  await store.inspectors.delete(inspector);
  return true;
}
