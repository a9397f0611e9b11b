// The button of the printed sheet. Without script the browser's own menu prints just the same.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
