/* Keeping what a page made: on the disk first, then a word and a buzz, then the network. */
import { reactive } from "vue";
import { type FormDraft } from "./draft";
import { store } from "./keep/db";
import { keep, type Draftling } from "./keep/outbox";
import { DiskFull } from "./keep/room";
import { confirm, warn } from "./sense/tell";
import { current } from "./session";
import { push } from "./sync/loop";
import { t } from "./words";

export interface Saving {
  busy: boolean;
  /** The id of the record that was kept. */
  id: string;
  trouble: string;
}

/** `save` answers whether it is on the disk; the page shows `saving.trouble` otherwise. A draft ends with the record, or goes on. */
export function useSaving(draft?: FormDraft): { saving: Saving; save: (made: Omit<Draftling, "account">) => Promise<boolean> } {
  const saving = reactive<Saving>({ busy: false, id: "", trouble: "" });
  async function save(made: Omit<Draftling, "account">): Promise<boolean> {
    if (saving.busy) return false;
    Object.assign(saving, { busy: true, trouble: "" });
    draft?.writer.close();
    try {
      saving.id = (await keep(store, { ...made, account: current().id, form: draft?.writer.form }))?.id ?? "";
      confirm(t("saved"));
      void push();
    } catch (error) {
      saving.trouble = sentence(error);
      warn(saving.trouble);
      await draft?.writer.reopen().catch(reportError);
    } finally {
      saving.busy = false;
    }
    return saving.trouble === "";
  }
  return { saving, save };
}

export function sentence(error: unknown): string {
  if (error instanceof DiskFull) return t("disk_full");
  return t("went_wrong", { why: error instanceof Error ? error.message : String(error) });
}
