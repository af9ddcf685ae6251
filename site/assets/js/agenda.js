// The agenda's page. Without this module it is a page of links and forms, and nothing is missing from it.
import { board } from "./agenda/board.js";
import { wireConsequence } from "./agenda/consequence.js";
import { wireFolds } from "./agenda/fold.js";
import { wireKeys } from "./agenda/keys.js";
import { wireNow } from "./agenda/now.js";
import { wirePointer } from "./agenda/pointer.js";
import { wireRange } from "./agenda/range.js";

const prepare = () => {
  const page = document.querySelector("[data-agenda]");
  if (!page || page.dataset.live) return;
  page.dataset.live = "1";
  wireFolds(page);
  // Where hours are drawn, the handle lifts its block; elsewhere it stays the link to the form.
  if (board()) for (const handle of page.querySelectorAll("[data-handle]")) handle.setAttribute("role", "button");
};

prepare();
wireConsequence();
wireRange();
wirePointer();
wireKeys();
wireNow();
document.addEventListener("htmx:load", prepare);
