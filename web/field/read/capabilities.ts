/* What the pages may offer, as `keep/consent` has it; and the person's answer. Off until the server has said otherwise. */
import { computed, ref, shallowRef } from "vue";
import * as consent from "../keep/consent";
import { store } from "../keep/db";
import { keep } from "../keep/outbox";
import { endPatrol, openPatrol } from "../keep/patrol";
import { type Shot } from "../sense/photo";
import { follow } from "../sense/walk";
import { current, session } from "../session";
import { t } from "../words";
import { fetchKnown } from "./known";
import { type Capability } from "./shapes";

const said = shallowRef<consent.Standing>({ known: [], answered: {} });
const known = computed(() => said.value.known);
const asked = ref(false);
let of = "";

async function load(): Promise<void> {
  const { id } = current();
  of = id;
  said.value = await consent.standing(store, id);
  asked.value ||= said.value.known.length > 0;
}

/** Ask the server once more; what it says is there for every page. */
export async function refreshCapabilities(): Promise<void> {
  await fetchKnown(current(), "home");
  await load();
  asked.value = true;
}

const find = (code: string): Capability | undefined => known.value.find((one) => one.code === code);
const allows = (code: string): boolean => consent.allows(said.value, code);
const consented = (one: Capability): boolean => consent.consented(said.value, one);
const unanswered = (): boolean => consent.unanswered(said.value);
/** Photos and voice that may still be sent: the consent may be gone since they were taken. */
const sendable = (shots: Shot[]): Shot[] => shots.filter(({ kind }) => allows(kind));

/** The answer and its record are on the disk together, before any page shows it. */
async function answer(one: Capability, given: boolean): Promise<void> {
  const { id } = current();
  if (!given && ["place", "track"].includes(one.code)) await endWalk(id);
  const record = { capability: one.code, given, text_version: one.text_version };
  const body = async (): Promise<typeof record> => {
    await consent.keepAnswer(store, id, one.code, { given, version: one.text_version });
    return record;
  };
  await keep(store, { account: id, kind: "consent", body, title: `${t(given ? "consent_give" : "consent_withdraw")}：${one.name}` });
  await load();
}

/** What was walked until now was agreed to and is sealed first; from here on nothing is followed. */
async function endWalk(account: string): Promise<void> {
  const open = await openPatrol(store, account);
  if (!open) return;
  await endPatrol(store, open, { place: null, at: null, why: "withdrawn" });
  await follow(account);
}

export function useCapabilities() {
  if (session.account && of !== session.account.id) {
    asked.value = false;
    said.value = { known: [], answered: {} };
    void load().then(refreshCapabilities);
  }
  return { known, asked, find, allows, consented, unanswered, sendable, answer };
}
