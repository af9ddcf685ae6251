// The agenda's page. Without this module it is a page of links and forms, and nothing is missing from it.
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
};

prepare();
wireConsequence();
wireRange();
wirePointer();
wireKeys();
wireNow();
document.addEventListener("htmx:load", prepare);
