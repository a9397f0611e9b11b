/* What was clocked today, as far as anybody knows: what this phone has kept, sent or not, and what the server told of other ways in. */
import { type Kept, type Store } from "./db";

export type ClockKind = "on" | "off" | "night";

/** What is due now; null when the day is done. */
export function dueNow(clocked: ReadonlySet<string>): "on" | "off" | null {
  if (clocked.has("off")) return null;
  return clocked.has("on") || clocked.has("other") || clocked.has("patrol") ? "off" : "on";
}

/** Kinds of today's clockings on this phone; what was refused does not count. */
export async function clockedHere(store: Store, account: string, dayStart: number): Promise<string[]> {
  const rows = store.outbox.where("[account+wall]").between([account, dayStart], [account, dayStart + 86_400_000]);
  const counting = ({ kind, state }: Kept): boolean => kind === "check_in" && (state === "waiting" || state === "delivered");
  return (await rows.filter(counting).toArray()).map(({ body }) => (JSON.parse(body) as { kind: string }).kind);
}
