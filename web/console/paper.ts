/* The grid of days kept on paper: arrow keys move, a letter marks the day and moves on, space empties it. */

const LETTERS: Readonly<Record<string, string>> = { c: "出", y: "夜", j: "假", 出: "出", 夜: "夜", 假: "假", " ": "" };
const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0],
};

export function watchPaper(): void {
  document.addEventListener("keydown", (event) => {
    const cell = cellOf(event.target);
    if (!cell || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const move = MOVES[event.key];
    const marks = "mark" in cell.dataset;
    const letter = marks ? LETTERS[event.key.toLowerCase()] : undefined;
    if (move && (marks || leaves(cell, move[1]))) go(cell, ...move);
    else if (!marks) return;
    else if (letter !== undefined) mark(cell, letter);
    else if (event.key === "Delete" || event.key === "Backspace") cell.value = "";
    else return;
    event.preventDefault();
    paint(cell);
  });
  document.addEventListener("input", (event) => {
    const cell = cellOf(event.target);
    if (!cell || !("mark" in cell.dataset)) return;
    cell.value = LETTERS[cell.value.toLowerCase()] ?? cell.value;
    paint(cell);
  });
  document.addEventListener("focusin", (event) => cellOf(event.target)?.select());
  document.querySelectorAll<HTMLInputElement>("[data-paper] input[data-mark]").forEach(paint);
}

function cellOf(target: EventTarget | null): HTMLInputElement | null {
  return target instanceof HTMLInputElement && target.closest("[data-paper]") ? target : null;
}

function mark(cell: HTMLInputElement, letter: string): void {
  cell.value = letter;
  paint(cell);
  if (cell.closest<HTMLElement>("[data-paper]")?.dataset.paper === "down") go(cell, 1, 0);
  else go(cell, 0, 1);
}

/** Left and right move the caret inside a time or a log, and out of it at its ends. */
function leaves(cell: HTMLInputElement, sideways: number): boolean {
  if (sideways === 0) return true;
  return sideways < 0 ? cell.selectionStart === 0 : cell.selectionEnd === cell.value.length;
}

/** The colour follows the letter. */
function paint(cell: HTMLInputElement): void {
  cell.dataset.letter = cell.value;
}

/** To the next cell that can be typed into, in this direction. */
function go(cell: HTMLInputElement, down: number, right: number): void {
  const column = cell.closest("td");
  const row = cell.closest("tr");
  if (!column || !row) return;
  const rows = Array.from(row.parentElement?.children ?? []);
  let [y, x] = [rows.indexOf(row), Array.from(row.children).indexOf(column)];
  for (;;) {
    [y, x] = [y + down, x + right];
    const next = rows[y]?.children[x];
    if (!next) return;
    const input = next.querySelector("input");
    if (input && !input.disabled) {
      input.focus();
      return;
    }
  }
}
