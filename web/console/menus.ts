/* Menus are <details class="menu">: they open without script; this closes them again, and folds the chapters on phones. */

function closeOthers(kept: EventTarget | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (!(kept instanceof Node && menu.contains(kept))) menu.open = false;
  }
}

/* Tabs that do not fit are pushed along on phones; the one looked at is in sight. */
function showTab(): void {
  document.querySelector(".tabs [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
}

export function watchMenus(): void {
  showTab();
  document.addEventListener("click", (event) => {
    closeOthers(event.target);
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-toggle-chapters]") : null;
    if (button) button.setAttribute("aria-expanded", String(document.body.classList.toggle("chapters-open")));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    closeOthers(null);
    document.body.classList.remove("chapters-open");
  });
}
