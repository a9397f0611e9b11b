/* Small help with forms: a question before what cannot be undone, one sending only, printing, dialogs that close. */

export function watchChecks(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    const question = form.dataset.confirm;
    if (question && !window.confirm(question)) {
      event.preventDefault();
      return;
    }
    if (form.method === "post" && !form.hasAttribute("hx-post")) {
      for (const button of form.querySelectorAll<HTMLButtonElement>("button:not([name])")) {
        window.setTimeout(() => {
          button.disabled = true;
        });
      }
    }
  });
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field instanceof HTMLElement && field.matches("[data-submit-on-change]")) {
      (field as HTMLInputElement).form?.requestSubmit();
    }
  });
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("[data-print]")) window.print();
    if (target?.closest("[data-open-keys]")) document.querySelector<HTMLDialogElement>("#keys")?.showModal();
  });
  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll<HTMLButtonElement>("form[method=post] button[disabled]:not([data-stay-disabled])")) {
      button.disabled = false;
    }
  });
}
