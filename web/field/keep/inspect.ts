/* Visit sheets of an inspector: visits that have begun, and what was written of them. A sheet stays until the server has it, and then
   nothing of the visit stays: neither names nor photos nor what was typed. */
import Dexie from "dexie";
import { type Store } from "./db";
import { forgetDraft } from "./draft";

export interface Inspector {
  id: string;
  name: string;
  username: string;
  /** null when signed out or refused by the server. What was written stays. */
  token: string | null;
}

export interface VisitTold {
  id: number;
  village: string;
  kind: string;
  kind_name: string;
  programme: string;
  last_day: string;
  holders: { appointment: number; name: string; post: string }[];
}

export interface BegunVisit {
  inspector: string;
  id: number;
  told: VisitTold;
  at: number;
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

export async function visitsOf(store: Store, inspector: string): Promise<BegunVisit[]> {
  return store.visits.where("[inspector+id]").between([inspector, Dexie.minKey], [inspector, Dexie.maxKey]).toArray();
}

export async function sheetOf(store: Store, inspector: string, visit: number): Promise<Sheet | undefined> {
  return (await sheetsOf(store, inspector)).find((one) => one.visit === visit);
}

/** What the server says now is all there is: a visit that it no longer names is wiped, unless a sheet of it still lies here. */
export async function takeVisits(store: Store, inspector: string, told: VisitTold[]): Promise<void> {
  const written = new Set((await sheetsOf(store, inspector)).map(({ visit }) => visit));
  const named = new Set(told.map(({ id }) => id));
  for (const { id } of await visitsOf(store, inspector)) if (!named.has(id) && !written.has(id)) await wipe(store, inspector, id);
  const at = Date.now();
  await store.visits.bulkPut(told.map((each) => ({ inspector, id: each.id, told: each, at })));
}

export async function wipe(store: Store, inspector: string, visit: number): Promise<void> {
  await store.transaction("rw", store.visits, store.sheets, store.drafts, async () => {
    await store.visits.delete([inspector, visit]);
    await store.sheets.where({ inspector, visit }).delete();
    await forgetDraft(store, draftAccount(inspector), draftForm(visit));
  });
}

/** Signed out: nothing stays of visits. Refused, false, while a sheet waits to be sent. */
export async function leave(store: Store, inspector: string): Promise<boolean> {
  const waiting = (await sheetsOf(store, inspector)).some(({ state }) => state === "waiting");
  if (waiting) return false;
  const known = [...(await visitsOf(store, inspector)).map(({ id }) => id), ...(await sheetsOf(store, inspector)).map(({ visit }) => visit)];
  for (const visit of known) await wipe(store, inspector, visit);
  await store.inspectors.delete(inspector);
  return true;
}
