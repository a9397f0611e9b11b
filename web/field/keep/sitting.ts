/* A test that was begun: its questions lie on the phone, so that it goes on without signal. The server's clock decides when time
   is up; each answer is a record of its own, and the newest of a question counts. */
import { readClock } from "./clock";
import { type Store } from "./db";

export interface Asked {
  id: number;
  kind: string;
  text: string;
  options: string[];
  points: string;
  picture: boolean;
}

export interface Sitting {
  sitting: number;
  title: string;
  started_at: string;
  deadline: string;
  questions: Asked[];
  /** Pictures of the questions, fetched when the test began. */
  pictures: Record<number, Blob>;
}

const pathOf = (paper: string): string => `sitting/${paper}`;

export async function sittingOf(store: Store, account: string, paper: string): Promise<Sitting | null> {
  return ((await store.known.get([account, pathOf(paper)]))?.body as Sitting | undefined) ?? null;
}

export async function keepSitting(store: Store, account: string, paper: string, begun: Sitting): Promise<void> {
  await store.known.put({ account, path: pathOf(paper), etag: "", body: begun, at: Date.now() });
}

/** Handed in: it is not offered again on this phone. */
export async function forgetSitting(store: Store, account: string, paper: string): Promise<void> {
  await store.known.delete([account, pathOf(paper)]);
}

/** Milliseconds that are left by the server's clock as far as the phone knows it; never below 0. */
export function left(begun: Pick<Sitting, "deadline">): number {
  const { wall, offset } = readClock();
  return Math.max(0, Date.parse(begun.deadline) - wall - (offset ?? 0));
}

/** The letters that can be chosen; a question of true or false has no options of its own: A is true. */
export function letters(asked: Pick<Asked, "options">, truth: readonly [string, string]): { code: string; label: string }[] {
  const words = asked.options.length > 0 ? asked.options : truth;
  return words.map((label, at) => ({ code: String.fromCharCode(65 + at), label }));
}
