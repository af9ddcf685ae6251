// A refused form: the summary takes the focus and the title says so.
export function focusErrors(root) {
  const summary = root.querySelector("[data-error-summary]");
  if (!summary || summary.dataset.seen) return;
  summary.dataset.seen = "1";
  const word = document.documentElement.lang === "fr" ? "Erreur\u00a0: " : "Error: ";
  if (!document.title.startsWith(word)) document.title = word + document.title;
  summary.focus();
}

// A page that answers an act begins at its title: a screen reader says it first. Who comes back, reloads or follows an
// anchor stays where the browser puts them.
export function focusTitle(root) {
  const title = root.querySelector("[data-focus-title]:not([data-seen])");
  if (!title || location.hash || document.querySelector("[data-error-summary]")) return;
  title.dataset.seen = "1";
  if (performance.getEntriesByType("navigation")[0]?.type === "navigate") title.focus();
}
