import { afterEach, expect, test, vi } from "vitest";
import { heardFromServer, monoNow } from "../keep/clock";
import { Store } from "../keep/db";
import { forgetSitting, keepSitting, left, letters, sittingOf, type Sitting } from "../keep/sitting";

const BEGUN: Sitting = {
  sitting: 7, title: "上岗测评", started_at: "2026-11-22T01:00:00Z", deadline: "2026-11-22T01:30:00Z", questions: [], pictures: {},
};

afterEach(() => { vi.useRealTimers(); });

test("what was begun is there for its account after a restart, and for no other", async () => {
  const store = new Store("sitting");
  await keepSitting(store, "1", "12", BEGUN);
  store.close();
  const again = new Store("sitting");
  expect(await sittingOf(again, "1", "12")).toEqual(BEGUN);
  expect(await sittingOf(again, "2", "12")).toBeNull();
  await forgetSitting(again, "1", "12");
  expect(await sittingOf(again, "1", "12")).toBeNull();
});

test("a wall clock that is set back gives no more time", () => {
  const now = monoNow();
  heardFromServer(Date.parse("2026-11-22T01:20:00Z"), now, now);
  vi.useFakeTimers({ now: Date.parse("2020-01-01T00:00:00Z"), toFake: ["Date"] });
  expect(left(BEGUN) / 60_000).toBeCloseTo(10, 1);
  expect(left({ deadline: "2026-11-22T01:19:00Z" })).toBe(0);
});

test("true and false have letters without options", () => {
  expect(letters({ options: [] }, ["对", "错"])).toEqual([{ code: "A", label: "对" }, { code: "B", label: "错" }]);
  expect(letters({ options: ["甲", "乙", "丙"] }, ["对", "错"]).map(({ code }) => code)).toEqual(["A", "B", "C"]);
});
