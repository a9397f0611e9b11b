import { expect, test } from "vitest";
import { clockedHere, dueNow } from "../keep/clocked";
import { keep } from "../keep/outbox";
import { newStore, sure } from "./phone";

const HOUR = 3_600_000;

test.each([
  ["nothing yet", [], "on"],
  ["arrived", ["on"], "off"],
  ["arrived by another way", ["other"], "off"],
  ["a night in the village is not the day's work", ["night"], "on"],
  ["both", ["on", "off"], null],
])("%s", (_name, clocked, due) => {
  expect(dueNow(new Set(clocked))).toBe(due);
});

test("this phone's own clockings of the day count, sent or not; yesterday's, refused and another's do not", async () => {
  const store = newStore();
  const start = new Date().setHours(0, 0, 0, 0);
  const clock = async (account: string, kind: string, wall: number) =>
    sure(await keep(store, { account, kind: "check_in", body: { kind }, title: kind }, { wall, mono: 1, boot: "b", offset: null }));
  await clock("a", "on", start + 8 * HOUR);
  await clock("a", "night", start - HOUR);
  await clock("b", "off", start + 9 * HOUR);
  const refused = await clock("a", "off", start + 9 * HOUR);
  await store.outbox.update(refused.id, { state: "refused" });
  expect(await clockedHere(store, "a", start)).toEqual(["on"]);
});
