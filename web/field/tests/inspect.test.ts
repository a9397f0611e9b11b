import { expect, test } from "vitest";
import {
  arrivalOf, draftAccount, draftForm, forgetSecrets, hasBegun, sheetsOf, takeVisits, unsent, visitsOf, type Arrival, type Sheet, type VisitTold,
} from "../keep/inspect";
import { draftOf, DraftWriter, forgetDraft } from "../keep/draft";
import { deliverSheets, fetchVisits, signOutOfSheets } from "../sync/inspect";
import { PROTOCOL } from "../keep/outbox";
import { type Store } from "../keep/db";
import { type Fetch } from "../sync/server";
import { newStore } from "./phone";

const ME = { id: "7", name: "王组长", username: "one", token: "t" };
const VILLAGE: VisitTold = {
  id: 3, state: "begun", village: "芝麻村", kind: "on_site", kind_name: "实地", programme: "驻村", last_day: "2026-11-29", holders: [{ appointment: 1, name: "张三", post: "T1" }],
};

async function begun(): Promise<Store> {
  const store = newStore();
  await store.inspectors.put(ME);
  await takeVisits(store, "7", [VILLAGE]);
  await new DraftWriter(store, draftAccount("7"), draftForm(3)).write("remarks", "雨");
  return store;
}

function written(store: Store, id = "a"): Promise<string> {
  const sheet: Sheet = {
    id, inspector: "7", visit: 3, title: "芝麻村", body: "{}", photos: [new Blob(["x"])], madeAt: 1, state: "waiting", said: "",
  };
  return store.sheets.put(sheet);
}

/** Answers in turn, and what was asked. */
function server(...answers: [number, object][]): { using: Fetch; asked: { path: string; body: unknown }[] } {
  const asked: { path: string; body: unknown }[] = [];
  const using: Fetch = (input, init) => {
    asked.push({ path: input as string, body: init?.body });
    const next = answers.shift();
    if (!next) return Promise.reject(new TypeError("no network"));
    return Promise.resolve(Response.json({ protocol: PROTOCOL, server_ms: Date.now(), ...next[1] }, { status: next[0] }));
  };
  return { using, asked };
}

const here = async (store: Store): Promise<number[]> => [
  (await visitsOf(store, "7")).length, (await sheetsOf(store, "7")).length, (await draftOf(store, draftAccount("7"), draftForm(3))).size,
];

test("without signal a sheet waits; once it is stored nothing of the visit is left", async () => {
  const store = await begun();
  await written(store);
  expect(await deliverSheets(store, "zh", server().using)).toBe(false);
  expect(await here(store)).toEqual([1, 1, 1]);
  const { using, asked } = server([200, { id: "a" }]);
  expect(await deliverSheets(store, "zh", using)).toBe(true);
  expect(asked[0]?.path).toContain("inspector/visits/3/sheet");
  expect((asked[0]?.body as FormData).getAll("photos").length).toBe(1);
  expect(await here(store)).toEqual([0, 0, 0]);
});

test("a visit that somebody else wrote down is told as a conflict, a faulty one with its reason, and neither is sent again", async () => {
  const store = await begun();
  await written(store);
  await deliverSheets(store, "zh", server([422, { code: "sheet_there", detail: "已有" }]).using);
  expect((await sheetsOf(store, "7"))[0]).toMatchObject({ state: "conflict", said: "已有" });
  const { using, asked } = server([200, {}]);
  await deliverSheets(store, "zh", using);
  expect(asked).toEqual([]);
});

test("what the server no longer names is wiped, but not while its sheet lies here", async () => {
  const store = await begun();
  await written(store);
  await fetchVisits(store, ME, "zh", server([200, { visits: [] }]).using);
  expect(await here(store)).toEqual([1, 1, 1]);
  await forgetDraft(store, draftAccount("7"), draftForm(3));
  await store.sheets.clear();
  await fetchVisits(store, ME, "zh", server([200, { visits: [] }]).using);
  expect(await here(store)).toEqual([0, 0, 0]);
});

test("what was typed of a begun visit stays when the server names it no more, and is said to be over until it is named again", async () => {
  const store = await begun();
  await fetchVisits(store, ME, "zh", server([200, { visits: [] }]).using);
  expect([await here(store), (await visitsOf(store, "7"))[0]?.over]).toEqual([[1, 0, 1], true]);
  await fetchVisits(store, ME, "zh", server([200, { visits: [VILLAGE] }]).using);
  expect((await visitsOf(store, "7"))[0]?.over).toBeUndefined();
});

test("a reason typed before the beginning does not keep a secret visit", async () => {
  const store = await planned();
  await new DraftWriter(store, draftAccount("7"), draftForm(4)).write("reason", "山里没信号");
  await fetchVisits(store, ME, "zh", server([200, { visits: [VILLAGE] }]).using);
  expect([await known(store), (await draftOf(store, draftAccount("7"), draftForm(4))).size]).toEqual([[3], 0]);
});

test("an answer that names another sheet takes nothing off the phone", async () => {
  const store = await begun();
  await written(store);
  expect(await deliverSheets(store, "zh", server([200, { id: "other" }]).using)).toBe(false);
  expect(await here(store)).toEqual([1, 1, 1]);
});

test("signing out asks first about what was typed or not taken, and not when nothing is", async () => {
  const store = await begun();
  expect(await unsent(store, "7")).toBe("unsent");
  await forgetDraft(store, draftAccount("7"), draftForm(3));
  expect(await unsent(store, "7")).toBe("");
  await written(store);
  expect(await unsent(store, "7")).toBe("waiting");
  await store.sheets.update("a", { state: "refused" });
  expect(await unsent(store, "7")).toBe("unsent");
});

test("a token that ended keeps what was written; signing out waits until it is sent and then wipes everything", async () => {
  const store = await begun();
  await written(store);
  await deliverSheets(store, "zh", server([401, { code: "signed_out", detail: "请重新登录" }]).using);
  expect([(await store.inspectors.get("7"))?.token, ...(await here(store))]).toEqual([null, 1, 1, 1]);
  await store.inspectors.put(ME);
  expect(await signOutOfSheets(store, ME, server().using)).toBe(false);
  await store.sheets.clear();
  expect(await signOutOfSheets(store, ME, server([200, {}]).using)).toBe(true);
  expect([await store.inspectors.count(), ...(await here(store))]).toEqual([0, 0, 0, 0]);
});

const SECRET: VisitTold = { ...VILLAGE, id: 4, state: "planned" };

async function planned(): Promise<Store> {
  const store = await begun();
  await takeVisits(store, "7", [VILLAGE, SECRET]);
  return store;
}

function arrived(store: Store, visit = 4): Promise<string> {
  const arrival: Arrival = { id: "b", inspector: "7", visit, title: "芝麻村", body: "{}", madeAt: 1, state: "waiting", said: "", before: null };
  return store.arrivals.put(arrival);
}

const isBegun = async (store: Store): Promise<boolean[]> => {
  const arrival = await arrivalOf(store, "7", 4);
  return (await visitsOf(store, "7")).filter(({ id }) => id === 4).map((one) => hasBegun(one, arrival));
};
const known = async (store: Store): Promise<number[]> => (await visitsOf(store, "7")).map(({ id }) => id);

test("a beginning waits for the signal and goes before its sheet, which waits for it", async () => {
  const store = await planned();
  expect(await isBegun(store)).toEqual([false]);
  await arrived(store);
  expect(await isBegun(store)).toEqual([true]);
  await store.sheets.put({ id: "c", inspector: "7", visit: 4, title: "", body: "{}", photos: [], madeAt: 2, state: "waiting", said: "" });
  const away = server();
  expect(await deliverSheets(store, "zh", away.using)).toBe(false);
  expect(away.asked.map(({ path }) => path.slice(-7))).toEqual(["4/begin"]);
  const { using, asked } = server([200, { id: "b", joined: false, begun_by: "王组长", begun_ms: 5 }], [200, { id: "c" }]);
  expect(await deliverSheets(store, "zh", using)).toBe(true);
  expect(asked.map(({ path }) => path.slice(-7))).toEqual(["4/begin", "4/sheet"]);
  expect([await store.arrivals.count(), await known(store)]).toEqual([0, [3]]);
});

test("whoever is later hears who had begun; a beginning that was refused leaves the visit unbegun and says why", async () => {
  const store = await planned();
  await arrived(store);
  await deliverSheets(store, "zh", server([200, { id: "b", joined: true, begun_by: "李组员", begun_ms: 5 }]).using);
  expect(await arrivalOf(store, "7", 4)).toMatchObject({ state: "kept", before: { by: "李组员", at: 5 } });
  await store.arrivals.clear();
  await arrived(store);
  await deliverSheets(store, "zh", server([422, { code: "not_this_week", detail: "不是这一周" }]).using);
  const refused = await arrivalOf(store, "7", 4);
  expect([refused?.said, await isBegun(store)]).toEqual(["不是这一周", [false]]);
});

test("a visit whose beginning waits stays although the server no longer names it", async () => {
  const store = await planned();
  await arrived(store);
  await fetchVisits(store, ME, "zh", server([200, { visits: [] }]).using);
  expect(await known(store)).toContain(4);
  expect(await signOutOfSheets(store, ME, server().using)).toBe(false);
});

test("a secret visit goes with a token that ended, with the sign-in and with its week", async () => {
  let store = await planned();
  await fetchVisits(store, ME, "zh", server([401, { code: "signed_out", detail: "请重新登录" }]).using);
  expect(await known(store)).toEqual([3]);
  store = await planned();
  await signOutOfSheets(store, ME, server([200, {}]).using);
  expect(await store.visits.count()).toBe(0);
  store = await planned();
  await forgetSecrets(store, "7", SECRET.last_day);
  expect(await known(store)).toEqual([3, 4]);
  await forgetSecrets(store, "7", "2026-11-30");
  expect(await known(store)).toEqual([3]);
});

test("an answer that comes after signing out leaves nothing", async () => {
  const store = await begun();
  const late: Fetch = async () => {
    await signOutOfSheets(store, { ...ME, token: null });
    return Response.json({ protocol: PROTOCOL, server_ms: Date.now(), visits: [SECRET] });
  };
  expect(await fetchVisits(store, ME, "zh", late)).toBe(false);
  expect(await store.visits.count()).toBe(0);
});
