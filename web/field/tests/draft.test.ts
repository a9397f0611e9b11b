import { effectScope, nextTick, ref } from "vue";
import { beforeEach, expect, test, vi } from "vitest";
import { useDraft, type FormDraft } from "../draft";
import { store } from "../keep/db";
import { draftOf } from "../keep/draft";
import { useSaving } from "../save";
import { use } from "../session";
import { type Shot } from "../sense/photo";
import { signedIn } from "./phone";

const SHOT: Shot = { kind: "photo", sha256: "p", blob: new Blob(["light"]), captured: 1, original: "o" };

beforeEach(async () => {
  await Promise.all([store.drafts.clear(), store.outbox.clear()]);
  await use(await signedIn(store, "a"));
});

/** A page with a form: opened, filled in, left. */
async function open() {
  const scope = effectScope();
  const [text, done, photos] = [ref(""), ref<string[]>([]), ref<Shot[]>([])];
  const made = scope.run(() => {
    const draft = useDraft("log", { text, done, photos });
    return { draft, ...useSaving(draft) };
  }) as { draft: FormDraft } & ReturnType<typeof useSaving>;
  await vi.waitFor(() => { expect(made.draft.ready.value).toBe(true); });
  const send = () => made.save({ kind: "log", body: { text: text.value }, title: "日志" });
  return { text, done, photos, send, ...made, leave: () => { scope.stop(); } };
}
const kept = async (account = "a"): Promise<object> => Object.fromEntries(await draftOf(store, account, "log"));

test("what is typed is there again when the page is opened, photo and all, and says so", async () => {
  const page = await open();
  expect(page.draft.found.value).toBe(false);
  for (const letters of ["巡", "巡山", "巡山三小时"]) page.text.value = letters;
  page.done.value = ["patrol", "fire"];
  page.photos.value = [SHOT];
  page.leave();
  await vi.waitFor(async () => { expect(await kept()).toMatchObject({ text: "巡山三小时", photos: [{ sha256: "p" }] }); });

  const again = await open();
  expect([again.text.value, again.done.value, again.draft.found.value]).toEqual(["巡山三小时", ["patrol", "fire"], true]);
  expect(await again.photos.value[0]?.blob.text()).toBe("light");
});

test("a draft belongs to its account", async () => {
  (await open()).text.value = "甲的";
  await vi.waitFor(async () => { expect(await kept()).toEqual({ text: "甲的" }); });
  await use(await signedIn(store, "b"));
  const other = await open();
  expect([other.text.value, other.draft.found.value]).toEqual(["", false]);
});

test("it ends in the transaction that seals the record, and what is typed after does not bring it back", async () => {
  const page = await open();
  page.text.value = "巡山";
  const sending = page.send();
  page.text.value = "巡山。";
  expect(await sending).toBe(true);
  await nextTick();
  expect([await store.outbox.count(), await kept()]).toEqual([1, {}]);
});

test("a record that cannot be kept leaves its draft whole", async () => {
  const page = await open();
  page.text.value = "巡山";
  const broken = vi.spyOn(store.outbox, "add").mockImplementation(() => Promise.reject(new Error("no disk")) as never);
  const sending = page.send();
  page.done.value = ["fire"];
  expect(await sending).toBe(false);
  broken.mockRestore();
  expect(page.saving.trouble).toContain("no disk");
  expect([await store.outbox.count(), await kept()]).toEqual([0, { text: "巡山", done: ["fire"] }]);
});

test("a new beginning empties the form and the disk; what another version kept in another shape is passed over", async () => {
  await store.drafts.bulkPut([
    { account: "a", page: "log/text", content: ["a list"] },
    { account: "a", page: "log/done", content: ["fire"] },
  ]);
  const page = await open();
  expect([page.text.value, page.done.value]).toEqual(["", ["fire"]]);
  await page.draft.discard();
  expect([page.done.value, page.draft.found.value, await kept()]).toEqual([[], false, {}]);
});

test("a full disk is told while it is typed, and no longer once there is room", async () => {
  const page = await open();
  const put = vi.spyOn(store.drafts, "bulkPut");
  put.mockImplementation(() => Promise.reject(new DOMException("no room", "QuotaExceededError")) as never);
  page.text.value = "巡山";
  await vi.waitFor(() => { expect(page.draft.unkept.value).toBe(true); });
  put.mockRestore();
  page.text.value = "巡山三小时";
  await vi.waitFor(async () => { expect(await kept()).toEqual({ text: "巡山三小时" }); });
  expect(page.draft.unkept.value).toBe(false);
  page.leave();
});
