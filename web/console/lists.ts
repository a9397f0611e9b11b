/* Selection in lists: the box in the heading takes the page, the bar counts. All that is filtered is the server's matter. */

function boxes(list: Element): HTMLInputElement[] {
  return [...list.querySelectorAll<HTMLInputElement>("input[name=selected]")];
}

function tell(list: Element): void {
  const all = boxes(list);
  const chosen = all.filter((box) => box.checked).length;
  const head = list.querySelector<HTMLInputElement>("[data-select-page]");
  if (head) {
    head.checked = chosen > 0 && chosen === all.length;
    head.indeterminate = chosen > 0 && chosen < all.length;
  }
  for (const count of list.querySelectorAll("[data-selected-count]")) count.textContent = String(chosen);
  for (const bar of list.querySelectorAll<HTMLElement>("[data-selection-bar]")) bar.hidden = chosen === 0;
}

export function watchLists(): void {
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement)) return;
    const list = box.closest("[data-list]");
    if (!list) return;
    if (box.matches("[data-select-page]")) for (const one of boxes(list)) one.checked = box.checked;
    if (box.matches("[data-select-page], [name=selected]")) tell(list);
  });
}
