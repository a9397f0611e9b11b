/* Keys: / search, j k or arrows through a list, Enter opens, x selects, g h goes home, ? shows them all. */

const FIELDS = "input:not([type=checkbox]), select, textarea, [contenteditable], dialog";

/* A box to tick takes no letters: after a click on one the keys go on working. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest(FIELDS) !== null;
}

function isBox(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type === "checkbox";
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-row]")].filter((row) => row.offsetParent !== null);
}

function move(step: number): void {
  const all = rows();
  const at = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
  if (!next) return;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function current(): HTMLElement | undefined {
  return rows().find((row) => row.contains(document.activeElement));
}

/* Enter in a list's box would send the form with its first button. */
function listed(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("[data-list]") !== null;
}

const ACTIONS: Record<string, () => void> = {
  "/": () => {
    const field = document.querySelector<HTMLInputElement>("[data-search]");
    field?.focus();
    field?.select();
  },
  "?": () => {
    document.querySelector<HTMLDialogElement>("#keys")?.showModal();
  },
  j: () => {
    move(1);
  },
  k: () => {
    move(-1);
  },
  x: () => {
    const row = current() ?? document.activeElement?.closest("tr");
    row?.querySelector<HTMLInputElement>("input[type=checkbox]")?.click();
  },
};

function act(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const row = current();
  if (row && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && isBox(event.target) && listed(event.target)) {
    event.preventDefault();
  } else if (row && event.key === "Enter" && event.target === row) {
    row.querySelector<HTMLAnchorElement>("a[href]")?.click();
  } else if (event.key in ACTIONS) {
    event.preventDefault();
    ACTIONS[event.key]?.();
  }
}

export function watchKeys(): void {
  document.addEventListener("keydown", act);
}
