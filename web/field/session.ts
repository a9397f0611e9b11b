/* Who uses the phone now. Other accounts of this phone keep their rows and their queue. */
import Dexie from "dexie";
import { shallowReactive } from "vue";
import { setSetting, setting, store, type Account } from "./keep/db";
import { ownDevice, publicKey } from "./keep/device";
import { ask, type Answer } from "./sync/server";
import { serverLanguage, t } from "./words";

export const session = shallowReactive<{ account: Account | null }>({ account: null });

/** The account that a signed-in page works for. */
export function current(): Account {
  if (!session.account) throw new Error("nobody is signed in");
  return session.account;
}

export async function resume(): Promise<void> {
  const id = await setting<string>("account");
  session.account = id ? ((await store.accounts.get(id)) ?? null) : null;
}

export type SignInOutcome = "in" | Exclude<Answer, { kind: "ok" }>;

export async function signIn(phone: string, secret: string): Promise<SignInOutcome> {
  const device = await ownDevice(store);
  const key = await publicKey(device);
  const body = JSON.stringify({ phone, secret, device: { id: device.id, name: device.name, key } });
  const answer = await ask("sign-in", { method: "POST", body, language: serverLanguage() });
  if (answer.kind !== "ok") return answer;
  const { token, account: about } = answer.body as { token: string; account: { id: string | number; name: string } };
  const { id, name, ...rest } = about;
  await use({ id: String(id), name, phone, about: rest, token, revoked: null, signedInAt: Date.now() });
  return "in";
}

export async function use(account: Account): Promise<void> {
  await store.transaction("rw", store.accounts, store.settings, async () => {
    await store.accounts.put(account);
    await setSetting("account", account.id);
  });
  session.account = account;
}

/** Give the token back, to the server too when it can be reached, and forget what was read. What waits to be sent stays on the
    phone and goes out after the next sign-in. */
export async function signOut(): Promise<void> {
  const { id, token } = current();
  void ask("sign-out", { method: "POST", token, body: "{}" });
  await store.transaction("rw", store.accounts, store.known, store.settings, async () => {
    await store.accounts.update(id, { token: null });
    await store.known.where("[account+path]").between([id, Dexie.minKey], [id, Dexie.maxKey]).delete();
    await setSetting("account", null);
  });
  session.account = null;
}

/** "" when it is set, else a sentence. */
export async function setPassword(password: string): Promise<string> {
  const body = JSON.stringify({ password });
  const answer = await ask("password", { method: "POST", body, token: current().token, language: serverLanguage() });
  if (answer.kind === "ok") return "";
  return answer.kind === "no" ? answer.detail : t(answer.kind === "stranger" ? "stranger" : "no_network");
}
