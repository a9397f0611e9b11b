/* What will be wanted without signal is asked for while there is some: once for each start of the app. */
import { current } from "../session";
import { isoDay } from "../words/when";
import { fetchKnown } from "./known";

const asked = new Set<string>();

/** The pages that read from the server, the nearest need first. Stops at the first that found no way; tried again at the next call. */
export async function readAhead(): Promise<void> {
  const account = current();
  if (asked.has(account.id)) return;
  for (const path of ["areas", `month/${isoDay().slice(0, 7)}`, "leaves", "households", "training", "consequences", "notices", "complaints"]) {
    if (!(await fetchKnown(account, path))) return;
  }
  asked.add(account.id);
}
