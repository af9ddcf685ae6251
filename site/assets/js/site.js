// Loaded on every page. Each behaviour is an addition: the page works as plain HTML without it.
import { focusErrors } from "./errors.js";
import { guardSubmits } from "./busy.js";
import { wireDialogs } from "./dialogs.js";
import { wireComboboxes } from "./combobox.js";
import { wireTheme } from "./theme.js";

const start = (root) => {
  focusErrors(root);
  wireDialogs(root);
  wireComboboxes(root);
};

start(document);
guardSubmits();
wireTheme();
document.addEventListener("htmx:load", (event) => start(event.target));
