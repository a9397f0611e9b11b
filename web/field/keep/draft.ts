/* A form that is half filled. Each field is a row of its own, so that a letter typed does not write the photos again; the rows go in
   the transaction that seals the record. */
import Dexie from "dexie";
import { type Draft, type Store } from "./db";

type Rows = Dexie.Collection<Draft, [string, string]>;

const rows = (store: Store, account: string, form: string): Rows =>
  store.drafts.where("[account+page]").between([account, `${form}/`], [account, `${form}/\uffff`]);

/** What was typed into a form and not sent, by field. */
export async function draftOf(store: Store, account: string, form: string): Promise<Map<string, unknown>> {
  const kept = await rows(store, account, form).toArray();
  return new Map(kept.map(({ page, content }) => [page.slice(form.length + 1), content]));
}

export async function forgetDraft(store: Store, account: string, form: string): Promise<void> {
  await rows(store, account, form).delete();
}

/** Writes the fields of one form as they change: one writing of a field at a time, then the newest content. After `close` nothing is
    written, so that what was sent does not come back as a draft. */
export class DraftWriter {
  private open = true;
  private readonly newest = new Map<string, unknown>();
  private writing: Promise<void> | null = null;

  constructor(private readonly store: Store, private readonly account: string, readonly form: string) {}

  /** Rejects when the disk is full or gone. */
  write(field: string, content: unknown): Promise<void> {
    this.newest.set(field, plain(content));
    this.writing ??= this.drain().finally(() => (this.writing = null));
    return this.writing;
  }

  close(): void {
    this.open = false;
  }

  /** The record could not be kept: what was typed meanwhile is written again. */
  async reopen(): Promise<void> {
    this.open = true;
    this.writing ??= this.drain().finally(() => (this.writing = null));
    await this.writing;
  }

  /** Nothing of the form is left, nor of what was about to be written. */
  async forget(): Promise<void> {
    this.newest.clear();
    await this.writing?.catch(() => undefined);
    await forgetDraft(this.store, this.account, this.form);
  }

  private async drain(): Promise<void> {
    while (this.open && this.newest.size > 0) {
      const fields = [...this.newest];
      this.newest.clear();
      const kept = fields.map(([field, content]): Draft => ({ account: this.account, page: `${this.form}/${field}`, content }));
      try {
        await this.store.drafts.bulkPut(kept);
      } catch (error) {
        for (const [field, content] of fields) if (!this.newest.has(field)) this.newest.set(field, content);
        throw error;
      }
    }
  }
}

/** A copy without Vue's proxies, which IndexedDB cannot keep. */
function plain(content: unknown): unknown {
  if (Array.isArray(content)) return content.map(plain);
  if (content === null || typeof content !== "object" || content instanceof Blob) return content;
  return Object.fromEntries(Object.entries(content).map(([name, value]) => [name, plain(value)]));
}
