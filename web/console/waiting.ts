/* The numbers beside the chapters: how much waits for whoever looks. To count them the server asks every chapter, so
   a tab keeps them for a minute, and asks anew after whatever may have changed them: a form that was sent. */

const KEPT = "waiting";
const FRESH_MS = 60_000;

type Numbers = Record<string, number>;

interface Kept {
  whose: string;
  at: number;
  numbers: Numbers;
}

export async function showWaiting(): Promise<void> {
  document.addEventListener("submit", forget);
  document.addEventListener("htmx:beforeRequest", forgetAfterWriting);
  const place = document.querySelector<HTMLElement>("[data-waiting]");
  if (!place) return;
  const whose = place.dataset.whose ?? "";
  const brought = inPage();
  const known = brought ? null : kept(whose);
  const numbers = brought ?? known ?? (await asked(place.dataset.waiting ?? ""));
  if (!numbers) return;
  show(numbers);
  if (!known) sessionStorage.setItem(KEPT, JSON.stringify({ whose, at: Date.now(), numbers } satisfies Kept));
}

function show(numbers: Numbers): void {
  for (const [chapter, count] of Object.entries(numbers)) {
    const badge = document.getElementById(`waiting-${chapter}`);
    if (badge) badge.textContent = count ? String(count) : "";
  }
}

/** The first page lists what waits, so it brings the numbers. */
function inPage(): Numbers | null {
  const text = document.getElementById("waiting-now")?.textContent;
  return text ? (JSON.parse(text) as Numbers) : null;
}

function kept(whose: string): Numbers | null {
  const text = sessionStorage.getItem(KEPT);
  if (!text) return null;
  const found = JSON.parse(text) as Kept;
  const age = Date.now() - found.at;
  return found.whose === whose && age >= 0 && age < FRESH_MS ? found.numbers : null;
}

/** Null when nobody is signed in any more, or the server is away: then the page simply has no numbers. */
async function asked(address: string): Promise<Numbers | null> {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    return answer.ok && !answer.redirected ? ((await answer.json()) as Numbers) : null;
  } catch {
    return null;
  }
}

function forget(event: Event): void {
  if (event.target instanceof HTMLFormElement && event.target.method !== "get") sessionStorage.removeItem(KEPT);
}

function forgetAfterWriting(event: Event): void {
  const verb = (event as CustomEvent<{ requestConfig?: { verb?: string } }>).detail.requestConfig?.verb;
  if (verb && verb !== "get") sessionStorage.removeItem(KEPT);
}
