/* Selection in lists. What is ticked stays ticked on other pages, in another order and when one comes back to the list; other
   filters begin anew. The box in the heading takes the page; all that is filtered is the server's matter. */

import htmx from "htmx.org";

interface Choice {
  key: string;
  rows: string[];
}

const STORE = "chosen:";

function boxes(list: Element): HTMLInputElement[] {
  return [...list.querySelectorAll<HTMLInputElement>("input[name=selected]")];
}

function read(list: HTMLElement): Set<string> {
  const kept = JSON.parse(sessionStorage.getItem(STORE + list.id) ?? "null") as Choice | null;
  return new Set(kept?.key === list.dataset.selectionKey ? kept?.rows : []);
}

function keep(list: HTMLElement, rows: Set<string>): void {
  const choice: Choice = { key: list.dataset.selectionKey ?? "", rows: [...rows] };
  sessionStorage.setItem(STORE + list.id, JSON.stringify(choice));
}

/* The boxes and the bar, as the kept choice says. */
function tell(list: HTMLElement): void {
  const rows = read(list);
  const all = boxes(list);
  for (const box of all) box.checked = rows.has(box.value);
  const here = all.filter((box) => box.checked).length;
  const head = list.querySelector<HTMLInputElement>("[data-select-page]");
  if (head) {
    head.checked = here > 0 && here === all.length;
    head.indeterminate = here > 0 && here < all.length;
  }
  const everything = list.querySelector<HTMLInputElement>("[data-everything]");
  const count = everything?.checked ? (everything.dataset.everything ?? "") : String(rows.size);
  for (const place of list.querySelectorAll("[data-selected-count]")) place.textContent = count;
  for (const bar of list.querySelectorAll("[data-selection-bar]")) {
    bar.classList.toggle("selection-on", rows.size > 0 || everything?.checked === true);
  }
}

function change(list: HTMLElement, box: HTMLInputElement): void {
  const rows = read(list);
  for (const one of box.matches("[data-select-page]") ? boxes(list) : [box]) {
    if (box.checked) rows.add(one.value);
    else rows.delete(one.value);
  }
  keep(list, rows);
}

function listOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-list]") : null;
}

function clear(list: HTMLElement): void {
  keep(list, new Set());
  const everything = list.querySelector<HTMLInputElement>("[data-everything]");
  if (everything) everything.checked = false;
  tell(list);
}

/* Rows ticked on other pages are sent too. */
function send(event: FormDataEvent): void {
  const list = listOf(event.target);
  if (!list || !(event.target as HTMLElement).querySelector("input[name=selected]")) return;
  event.formData.delete("selected");
  for (const row of read(list)) event.formData.append("selected", row);
}

export function watchLists(): void {
  document.addEventListener("change", (event) => {
    const box = event.target;
    const list = listOf(box);
    if (!(box instanceof HTMLInputElement) || !list) return;
    if (box.matches("[data-select-page], [name=selected]")) change(list, box);
    if (box.matches("[data-select-page], [name=selected], [data-everything]")) tell(list);
  });
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const list = target?.closest("[data-choose-none]") ? listOf(target) : null;
    if (list) clear(list);
  });
  document.addEventListener("formdata", send);
  document.addEventListener("submit", (event) => {
    const form = event.target instanceof HTMLFormElement ? event.target : null;
    const button = event.submitter;
    if (form?.dataset.usesUp && button?.getAttribute("name") === "previewed") {
      sessionStorage.removeItem(STORE + form.dataset.usesUp);
    }
  });
  const tellAll = (root: ParentNode) => {
    for (const list of root.querySelectorAll<HTMLElement>("[data-list]")) {
      if (list.querySelector("[data-selection-bar]")) tell(list);
    }
  };
  htmx.onLoad((root) => {
    tellAll(root.parentNode ?? document);
  });
  window.addEventListener("pageshow", () => {
    tellAll(document);
  });
}
