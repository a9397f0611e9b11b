/* What the server said last, kept for the days without signal, each with the time of its saying. */
import { onMounted, ref, shallowRef, type Ref } from "vue";
import { store, type Account, type Known } from "../keep/db";
import { current } from "../session";
import { refuse } from "../sync/deliver";
import { ask } from "../sync/server";
import { serverLanguage } from "../words";

export interface Reading<T> {
  data: Ref<T | null>;
  /** When the server said so; null when it never did. */
  at: Ref<number | null>;
  /** false while what is shown may be old because the server could not be asked. */
  fresh: Ref<boolean>;
  busy: Ref<boolean>;
  refresh: () => Promise<void>;
  /** Ask once more without saying that one is asking: for what may have come meanwhile. */
  look: () => Promise<void>;
}

/** Show what is known at once, ask the server, show what is new. */
export function useKnown<T>(path: () => string): Reading<T> {
  const [data, at, fresh, busy] = [shallowRef<T | null>(null), ref<number | null>(null), ref(true), ref(true)];
  const account = current();
  const show = async (): Promise<void> => {
    const known = await lastKnown(account.id, path());
    data.value = (known?.body as T | undefined) ?? null;
    at.value = known?.at ?? null;
  };
  const look = async (): Promise<void> => {
    fresh.value = await fetchKnown(account, path());
    await show();
  };
  const refresh = async (): Promise<void> => {
    busy.value = true;
    await show();
    await look();
    busy.value = false;
  };
  onMounted(refresh);
  return { data, at, fresh, busy, refresh, look };
}

export async function lastKnown(account: string, path: string): Promise<Known | null> {
  return (await store.known.get([account, path])) ?? null;
}

/** Ask the server and keep its answer; false when there was none. */
export async function fetchKnown(account: Account, path: string): Promise<boolean> {
  const { token } = (await store.accounts.get(account.id)) ?? account;
  if (!token) return false;
  const before = await store.known.get([account.id, path]);
  const answer = await ask(path, { token, etag: before?.etag ?? "", language: serverLanguage() });
  if (answer.kind === "no" && answer.status === 401) await refuse(store, { ...account, token }, answer.code, answer.detail);
  if (answer.kind !== "ok") return false;
  const at = Date.now();
  if (answer.status === 304 && before) await store.known.update([account.id, path], { at });
  else await store.known.put({ account: account.id, path, etag: answer.etag, body: answer.body, at });
  return true;
}
