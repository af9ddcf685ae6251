// One press is one act: while a POST is on its way, a second press of the same form is ignored and the button says so.
// data-busy on the button (or the form) holds the waiting words.
export function guardSubmits() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    const button = event.submitter;
    const words = button?.dataset.busy ?? form.dataset.busy;
    if (!button || !words) return;
    button.setAttribute("aria-disabled", "true");
    button.dataset.label = button.textContent;
    button.textContent = words;
  });
  // The page may come back from the browser's cache as it was left.
  addEventListener("pageshow", release);
  document.addEventListener("htmx:afterRequest", release);
}

function release() {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[data-label]")) {
      button.textContent = button.dataset.label;
      button.removeAttribute("aria-disabled");
      delete button.dataset.label;
    }
  }
}
