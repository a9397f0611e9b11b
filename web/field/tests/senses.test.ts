import { afterEach, expect, test, vi } from "vitest";
import { digest } from "../keep/digest";
import { room } from "../keep/room";
import { maySleep, stayAwake } from "../sense/awake";
import { canDictate, dictate } from "../sense/dictate";
import { canRecord, record } from "../sense/voice";

const phone = navigator as unknown as Record<string, unknown>;

/** What this phone has, until the end of the test. */
function has(parts: Record<string, unknown>): void {
  for (const [name, part] of Object.entries(parts)) phone[name] = part;
}
afterEach(() => {
  for (const name of ["mediaDevices", "wakeLock"]) Reflect.deleteProperty(phone, name);
  Object.assign(phone, { onLine: true });
  vi.unstubAllGlobals();
});

class FakeRecorder {
  static isTypeSupported = (type: string): boolean => type.startsWith("audio/webm");
  ondataavailable: (event: { data: Blob }) => void = () => undefined;
  onstop: () => void = () => undefined;
  start(): void { this.ondataavailable({ data: new Blob(["he"]) }); }
  stop(): void {
    this.ondataavailable({ data: new Blob(["llo"]) });
    this.onstop();
  }
}

test("a voice note is one sound with its digest, and the microphone is let go", async () => {
  expect(canRecord()).toBe(false);
  const stopped = vi.fn();
  vi.stubGlobal("MediaRecorder", FakeRecorder);
  has({ mediaDevices: { getUserMedia: () => Promise.resolve({ getTracks: () => [{ stop: stopped }] }) } });
  expect(canRecord()).toBe(true);
  const note = await (await record()).stop();
  expect(note).toMatchObject({ kind: "voice", sha256: digest("hello"), original: digest("hello") });
  expect([note.blob.type, await note.blob.text()]).toEqual(["audio/webm", "hello"]);
  expect(stopped).toHaveBeenCalledOnce();

  has({ mediaDevices: { getUserMedia: () => Promise.reject(new DOMException("no", "NotAllowedError")) } });
  await expect(record()).rejects.toThrow("no");
});

test("who cannot dictate is not offered it; who can sees the words come", () => {
  expect([canDictate(), dictate(() => undefined, () => undefined)]).toEqual([false, null]);
  const made: Recognition[] = [];
  class Recognition {
    lang = "";
    onresult: (event: object) => void = () => undefined;
    onend: () => void = () => undefined;
    start(): void { made.push(this); }
    stop(): void { this.onend(); }
  }
  vi.stubGlobal("webkitSpeechRecognition", Recognition);
  expect(canDictate()).toBe(true);
  const [heard, ended] = [vi.fn(), vi.fn()];
  const listening = dictate(heard, ended);
  made[0]?.onresult({ results: [[{ transcript: "今天" }], [{ transcript: "巡山" }]] });
  listening?.stop();
  expect([heard.mock.calls, made[0]?.lang, ended.mock.calls.length]).toEqual([[["今天巡山"]], "zh-CN", 1]);
  has({ onLine: false });
  expect(canDictate()).toBe(false);
});

test("the screen is held for a patrol, again after the app was left, and let go at its end", async () => {
  expect(await stayAwake()).toBe(false);
  const locks: EventTarget[] = [];
  const released = vi.fn();
  const request = (): Promise<EventTarget> => {
    const lock = Object.assign(new EventTarget(), { release: () => Promise.resolve(released()) });
    locks.push(lock);
    return Promise.resolve(lock);
  };
  has({ wakeLock: { request } });
  expect(await stayAwake()).toBe(true);
  const back = async (): Promise<void> => {
    document.dispatchEvent(new Event("visibilitychange"));
    await Promise.resolve();
  };
  await back();
  expect(locks.length).toBe(1);
  locks[0]?.dispatchEvent(new Event("release"));
  await back();
  expect(locks.length).toBe(2);
  maySleep();
  expect(released).toHaveBeenCalledOnce();
  locks[1]?.dispatchEvent(new Event("release"));
  await back();
  expect(locks.length).toBe(2);

  has({ wakeLock: { request: () => Promise.reject(new DOMException("battery low", "NotAllowedError")) } });
  expect(await stayAwake()).toBe(false);
  maySleep();
});

test.each([
  [50, true],
  [200, false],
])("%i MB left: told early is %s", async (left, short) => {
  const before = phone.storage;
  has({ storage: { estimate: () => Promise.resolve({ quota: 2 ** 30, usage: 2 ** 30 - left * 2 ** 20 }) } });
  expect(await room()).toEqual({ freeBytes: left * 2 ** 20, short });
  has({ storage: before });
});
