// The keyboard: « m » on an item or Enter on its handle lifts it, arrows carry it, Enter drops it, Escape leaves it.
import { SNAP, board, snap } from "./board.js";
import { showConsequence } from "./consequence.js";
import { Proposal, placeOf } from "./proposal.js";
import { announce, say } from "./words.js";

let lifted = null;

function lift(item) {
  const grid = board();
  if (!grid) return false;
  lifted = new Proposal(grid, item, placeOf(grid, item));
  announce(say.lifted(item.dataset.title));
  lifted.ghost.scrollIntoView({ block: "nearest" });
  return true;
}

function leave() {
  lifted.leave();
  lifted = null;
  announce(say.left);
}

const next = (row, by) => (by > 0 ? snap(row) + (snap(row) > row ? 0 : SNAP) : snap(row) - (snap(row) < row ? 0 : SNAP));

function carry(event) {
  const { row, span, day } = lifted.place;
  const up = event.key === "ArrowUp";
  if (up || event.key === "ArrowDown") {
    const by = up ? -1 : 1;
    return event.shiftKey ? { span: next(row + span, by) - row } : { row: next(row, by) };
  }
  if (event.key === "ArrowLeft") return { day: day - 1 };
  if (event.key === "ArrowRight") return { day: day + 1 };
  return null;
}

function pressed(event) {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
  if (!lifted) {
    const item = event.target.closest?.(".item[data-move]");
    const handle = event.target.closest?.("[data-handle]");
    const asks = (event.key === "m" && item) || ((event.key === "Enter" || event.key === " ") && handle);
    if (asks && lift(item)) event.preventDefault();
    return;
  }
  if (event.key === "Escape") leave();
  else if (event.key === "Enter" || event.key === " ") {
    const proposal = lifted;
    lifted = null;
    if (proposal.changed) showConsequence(proposal);
    else {
      proposal.leave();
      announce(say.left);
    }
  } else if (event.key === "Tab") return leave();
  else {
    const place = carry(event);
    if (!place) return;
    const moved = lifted.to(place);
    announce(moved ? lifted.words : say.edge);
    lifted.ghost.scrollIntoView({ block: "nearest" });
  }
  event.preventDefault();
}

export function wireKeys() {
  document.addEventListener("keydown", pressed);
  document.addEventListener("pointerdown", () => lifted && leave());
  document.addEventListener("htmx:beforeSwap", () => lifted && leave());
}
