/* What this phone may record and send of its person: what the policy turns on, and the person has agreed to. Read from the store, so
   that a page, a patrol that runs and an upload under way hear the same at once. */
import { type Capability, type Home } from "../read/shapes";
import { type Store } from "./db";

export interface Answered {
  given: boolean;
  version: string;
}

export interface Standing {
  /** What the server said last; empty before it has said anything. */
  known: Capability[];
  /** What was answered on this phone, by capability. It counts at once, the server's record of it when it arrives. */
  answered: Partial<Record<string, Answered>>;
}

/** What rests on something else that must be allowed as well. */
const NEEDS: Partial<Record<string, string>> = { track: "place", face_match: "photo" };

const answersKey = (account: string): string => `consents:${account}`;

export async function standing(store: Store, account: string): Promise<Standing> {
  const home = (await store.known.get([account, "home"]))?.body as Home | undefined;
  const answered = (await store.settings.get(answersKey(account)))?.value as Standing["answered"] | undefined;
  return { known: home?.capabilities ?? [], answered: answered ?? {} };
}

export async function keepAnswer(store: Store, account: string, code: string, answer: Answered): Promise<void> {
  const { answered } = await standing(store, account);
  await store.settings.put({ key: answersKey(account), value: { ...answered, [code]: answer } });
}

/** The last word on these very words, here or at the server; null: never said. */
function word({ answered }: Standing, one: Capability): boolean | null {
  const here = answered[one.code];
  return here?.version === one.text_version ? here.given : one.given;
}

export function consented(said: Standing, one: Capability): boolean {
  return !one.sensitive || word(said, one) === true;
}

export function allows(said: Standing, code: string): boolean {
  const one = said.known.find((each) => each.code === code);
  const needed = NEEDS[code];
  return one !== undefined && consented(said, one) && (needed === undefined || allows(said, needed));
}

/** Agreed to once, or asked, and then no: nothing of it leaves the phone any more. */
export function withdrawn(said: Standing, code: string): boolean {
  const one = said.known.find((each) => each.code === code);
  return one?.sensitive === true && word(said, one) === false;
}

/** Whether something is on that the person has not been asked about. */
export function unanswered(said: Standing): boolean {
  return said.known.some((one) => one.sensitive && word(said, one) === null);
}

export interface MediumHere {
  record: string;
  said: string;
  /** It stays here because the consent was withdrawn. */
  held: boolean;
}

/** Photos and voice of the account that still lie on the phone. */
export async function mediaHere(store: Store, account: string): Promise<MediumHere[]> {
  const kept = await store.media.where({ account }).toArray();
  const said = await standing(store, account);
  return kept.map(({ record, said: words, kind }) => ({ record, said: words, held: withdrawn(said, kind) }));
}
