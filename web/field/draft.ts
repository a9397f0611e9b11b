/* The fields of a page's form, kept as they are filled in and there again when the page is opened. */
import { onScopeDispose, ref, watch, type Ref } from "vue";
import { store } from "./keep/db";
import { draftOf, DraftWriter } from "./keep/draft";
import { isFull } from "./keep/room";
import { current } from "./session";

export interface FormDraft {
  /** The fields hold what was kept; until then the page shows no form. */
  ready: Ref<boolean>;
  /** Something from before is in the fields. */
  found: Ref<boolean>;
  /** The disk is full: what is typed is on the page and nowhere else. */
  unkept: Ref<boolean>;
  writer: DraftWriter;
  /** Begin anew with empty fields. */
  discard: () => Promise<void>;
}

type Field = Ref<Record<string, string[]> | null> | Ref<string> | Ref<string[]> | Ref<object[]> | Ref<object | null> | Ref<number | null>;

/** Keep these fields under the name of the form, for the account that is signed in or another. */
export function useDraft(form: string, fields: Record<string, Field>, account = current().id): FormDraft {
  const [ready, found, unkept, writer] = [ref(false), ref(false), ref(false), new DraftWriter(store, account, form)];
  const named = Object.entries(fields) as [string, Ref<unknown>][];
  const empty = new Map(named.map(([name, field]) => [name, field.value]));
  let stop = (): void => undefined;

  function keepTyping(): void {
    const stops = named.map(([name, field]) =>
      watch(field, (content) => void write(name, content), { deep: true, flush: "sync" }),
    );
    stop = () => { stops.forEach((each) => { each(); }); };
  }
  async function write(name: string, content: unknown): Promise<void> {
    try {
      await writer.write(name, content);
      unkept.value = false;
    } catch (error) {
      if (!isFull(error)) reportError(error);
      unkept.value = true;
    }
  }
  async function load(): Promise<void> {
    const kept = await draftOf(store, account, form);
    for (const [name, field] of named) {
      if (!fits(kept.get(name), empty.get(name))) continue;
      field.value = kept.get(name);
      found.value ||= JSON.stringify(field.value) !== JSON.stringify(empty.get(name));
    }
  }
  async function discard(): Promise<void> {
    stop();
    for (const [name, field] of named) field.value = empty.get(name);
    await writer.forget();
    found.value = unkept.value = false;
    keepTyping();
  }
  void load().catch(reportError).finally(() => {
    keepTyping();
    ready.value = true;
  });
  onScopeDispose(() => { stop(); });
  return { ready, found, unkept, writer, discard };
}

/** A draft of an older version of the app may hold something else under the same name. */
function fits(content: unknown, empty: unknown): boolean {
  if (content === undefined) return false;
  return empty === null || (typeof content === typeof empty && Array.isArray(content) === Array.isArray(empty));
}
