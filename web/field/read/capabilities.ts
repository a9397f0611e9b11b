/* What this phone may record: what the policy turns on, and the person has agreed to. Off until the server has said otherwise. */
import { ref, shallowRef } from "vue";
import { setSetting, setting, store } from "../keep/db";
import { keep } from "../keep/outbox";
import { current, session } from "../session";
import { t } from "../words";
import { fetchKnown, lastKnown } from "./known";
import { type Capability, type Home } from "./shapes";

interface Answered {
  given: boolean;
  version: string;
}

/** What rests on something else that must be allowed as well. */
const NEEDS: Partial<Record<string, string>> = { track: "place", face_match: "photo" };

const known = shallowRef<Capability[]>([]);
const answered = shallowRef<Partial<Record<string, Answered>>>({});
const asked = ref(false);
let of = "";

async function load(): Promise<void> {
  const { id } = current();
  of = id;
  known.value = ((await lastKnown(id, "home"))?.body as Home | undefined)?.capabilities ?? [];
  answered.value = (await setting<Record<string, Answered>>(`consents:${id}`)) ?? {};
  asked.value ||= known.value.length > 0;
}

/** Ask the server once more; what it says is there for every page. */
export async function refreshCapabilities(): Promise<void> {
  await fetchKnown(current(), "home");
  await load();
  asked.value = true;
}

const find = (code: string): Capability | undefined => known.value.find((one) => one.code === code);

/** The person's answer on this phone counts at once, the server's record of it when it arrives. */
function consented(one: Capability): boolean {
  if (!one.sensitive) return true;
  const here = answered.value[one.code];
  return here?.version === one.text_version ? here.given : one.given === true;
}

function allows(code: string): boolean {
  const one = find(code);
  const needed = NEEDS[code];
  return one !== undefined && consented(one) && (needed === undefined || allows(needed));
}

/** Whether something is on that the person has not been asked about. */
const unanswered = (): boolean =>
  known.value.some((one) => one.sensitive && one.given === null && answered.value[one.code]?.version !== one.text_version);

/** The answer and its record are on the disk together, before any page shows it. */
async function answer(one: Capability, given: boolean): Promise<void> {
  const { id } = current();
  const after = { ...answered.value, [one.code]: { given, version: one.text_version } };
  const record = { capability: one.code, given, text_version: one.text_version };
  const body = async (): Promise<typeof record> => {
    await setSetting(`consents:${id}`, after);
    return record;
  };
  await keep(store, { account: id, kind: "consent", body, title: `${t(given ? "consent_give" : "consent_withdraw")}：${one.name}` });
  answered.value = after;
}

export function useCapabilities() {
  if (session.account && of !== session.account.id) {
    asked.value = false;
    known.value = [];
    void load().then(refreshCapabilities);
  }
  return { known, asked, find, allows, consented, unanswered, answer };
}
