/* The month's grid: arrow keys move from cell to cell, Enter or a click opens a day's evidence beside it. */

import htmx from "htmx.org";

function cellAt(table: HTMLTableElement, row: number, column: number): HTMLElement | undefined {
  return table.tBodies[0]?.rows[row]?.cells[column];
}

function focusOn(cell: HTMLElement): void {
  const inner = cell.querySelector<HTMLElement>("input, a");
  if (inner) {
    inner.focus();
    if (inner instanceof HTMLInputElement) inner.select();
  } else {
    cell.tabIndex = -1;
    cell.focus();
  }
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
}

let opened: HTMLTableCellElement | null = null;

/* The first thing that can be put right beside the grid; false when nothing of this cell stands there. */
function enterPanel(cell: HTMLTableCellElement): boolean {
  if (opened !== cell) return false;
  const panel = document.getElementById("result");
  const first = panel?.querySelector<HTMLElement>("[data-correct]") ?? panel?.querySelector<HTMLElement>("a");
  first?.focus();
  return Boolean(first);
}

function open(cell: HTMLTableCellElement): Promise<void> | undefined {
  opened = cell;
  const row = cell.closest<HTMLTableRowElement>("tr[data-url]");
  const table = row?.closest("table");
  if (!row || !table) return undefined;
  for (const other of table.querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  const number = cell.cellIndex - Number(table.dataset.daysFrom);
  const day = cell.classList.contains("day") ? `?day=${String(number)}` : "";
  return htmx.ajax("get", `${row.dataset.url ?? ""}${day}`, { target: "#result", swap: "innerHTML" });
}

/* On a narrow screen the result lies below the grid: whoever touched a day is brought there. */
function show(cell: HTMLTableCellElement): void {
  void open(cell)?.then(() => {
    const result = document.getElementById("result");
    if (result && result.getBoundingClientRect().top > window.innerHeight - 120) result.scrollIntoView({ block: "center" });
  });
}

const STEPS: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/* Left and right move the caret inside a field, and out of it at its ends. */
function leaves(target: EventTarget | null, sideways: number): boolean {
  if (!(target instanceof HTMLInputElement) || target.type === "checkbox" || sideways === 0) return true;
  return sideways < 0 ? target.selectionStart === 0 : target.selectionEnd === target.value.length;
}

function onKey(event: KeyboardEvent, table: HTMLTableElement): void {
  const cell = event.target instanceof Element ? event.target.closest<HTMLTableCellElement>("tbody td, tbody th") : null;
  if (!cell) return;
  const step = STEPS[event.key];
  const typing = event.target instanceof HTMLInputElement;
  if (step && leaves(event.target, step[1])) {
    const row = (cell.parentElement as HTMLTableRowElement).sectionRowIndex + step[0];
    const next = cellAt(table, row, cell.cellIndex + step[1]);
    event.preventDefault();
    if (next) focusOn(next);
  } else if (event.key === "Enter" && !typing && !(event.target instanceof HTMLAnchorElement)) {
    event.preventDefault();
    if (!enterPanel(cell)) show(cell);
  }
}

export function watchGrids(): void {
  document.addEventListener("keydown", (event) => {
    const table = event.target instanceof Element ? event.target.closest<HTMLTableElement>("table[data-grid]") : null;
    if (table) onKey(event, table);
    else if (event.key === "Escape" && opened && event.target instanceof Element && event.target.closest("#result")) focusOn(opened);
  });
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const cell = target?.closest<HTMLTableCellElement>("table[data-grid] tbody td");
    if (!cell || target?.closest("input, a")) return;
    focusOn(cell);
    show(cell);
  });
  document.addEventListener("focusin", (event) => {
    const field = event.target instanceof HTMLInputElement ? event.target : null;
    const cell = field?.closest<HTMLTableCellElement>("table[data-grid] td.mark");
    if (cell) void open(cell);
  });
}
