// Loaded on every page. Each behaviour is an addition: the page works as plain HTML without it.
import { focusErrors, focusTitle } from "./errors.js";
import { guardSubmits } from "./busy.js";
import { wireDialogs } from "./dialogs.js";
import { wireComboboxes } from "./combobox.js";
import { sayOwnTimes } from "./own-zone.js";
import { wireTheme } from "./theme.js";

const start = (root) => {
  focusErrors(root);
  focusTitle(root);
  wireDialogs(root);
  wireComboboxes(root);
  sayOwnTimes(root);
};

// On a phone the office's tabs scroll sideways: the current one must be seen.
const showCurrentTab = () => {
  const list = document.querySelector(".side-nav ul");
  const current = list?.querySelector("[aria-current]");
  if (current && list.scrollWidth > list.clientWidth) {
    list.scrollLeft = current.offsetLeft - list.offsetLeft - (list.clientWidth - current.offsetWidth) / 2;
  }
};

// A search leaves its empty fields out of the address (the page of results also orders the others).
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("form[role=search]:not([data-search])")) return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});

start(document);
showCurrentTab();
guardSubmits();
wireTheme();
document.addEventListener("htmx:load", (event) => start(event.target));
