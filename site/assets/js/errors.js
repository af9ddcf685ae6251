// A refused form: the summary takes the focus and the title says so.
export function focusErrors(root) {
  const summary = root.querySelector("[data-error-summary]");
  if (!summary || summary.dataset.seen) return;
  summary.dataset.seen = "1";
  const word = document.documentElement.lang === "fr" ? "Erreur\u00a0: " : "Error: ";
  if (!document.title.startsWith(word)) document.title = word + document.title;
  summary.focus();
}
