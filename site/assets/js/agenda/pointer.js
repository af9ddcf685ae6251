// Mouse and finger: an item is dragged, its lower edge stretched, an empty part drawn. A finger presses for a while first, so
// that scrolling stays scrolling.
import { board, snap } from "./board.js";
import { offerNew, showConsequence } from "./consequence.js";
import { Proposal, placeOf } from "./proposal.js";

const FAR_ENOUGH = 5;
const LONG_PRESS = 420;
const EDGE = 70;
let press = null;

const page = () => document.querySelector("[data-agenda]");

function begin() {
  const { grid, item, grip, at } = press;
  press.proposal = item
    ? new Proposal(grid, item, placeOf(grid, item))
    : new Proposal(grid, null, { day: at.day, row: snap(at.row), span: 6 });
  page().classList.add("is-dragging");
  page().classList.toggle("is-resizing", Boolean(grip) || !item);
  press.scroll = setInterval(scrollNearEdges, 40);
}

function scrollNearEdges() {
  const { y } = press.last;
  if (y < EDGE) scrollBy(0, -14);
  else if (y > innerHeight - EDGE) scrollBy(0, 14);
  else return;
  follow();
}

function follow() {
  const { proposal, grid, item, grip, at, last } = press;
  const here = grid.at(last.x, last.y);
  const from = proposal.from;
  if (!item) {
    // Drawn downwards from where it began, or upwards to where it ends.
    const first = snap(Math.min(at.row, here.row));
    proposal.to({ row: first, span: Math.max(3, snap(Math.max(at.row, here.row) + 2) - first) });
  } else if (grip) {
    proposal.to({ span: snap(from.row + from.span + here.row - at.row) - from.row });
  } else {
    proposal.to({ day: from.day + here.day - at.day, row: snap(from.row + here.row - at.row) });
  }
}

function end(drop) {
  const { proposal, moved } = press;
  clearTimeout(press.timer);
  clearInterval(press.scroll);
  page()?.classList.remove("is-dragging", "is-resizing");
  press = null;
  if (!proposal) return;
  if (moved) swallowClick();
  if (drop && !proposal.item) offerNew(proposal);
  else if (drop && proposal.changed) showConsequence(proposal);
  else proposal.leave();
}

// The press that ends a drag is not a press on the link beneath.
function swallowClick() {
  const stop = (event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => document.removeEventListener("click", stop, { capture: true }), 60);
}

function down(event) {
  if (press || event.button !== 0 || !event.isPrimary || !(event.target instanceof Element)) return;
  const inside = event.target.closest("[data-grid]");
  const grid = inside && board();
  if (!grid || event.target.closest("[data-handle]")) return;
  const item = event.target.closest(".item");
  if (item && !item.dataset.move) return;
  const last = { x: event.clientX, y: event.clientY };
  press = { grid, item, grip: event.target.closest("[data-grip]"), at: grid.at(last.x, last.y), first: last, last, id: event.pointerId };
  if (event.pointerType === "mouse") return;
  press.timer = setTimeout(() => {
    navigator.vibrate?.(12);
    press.moved = true;
    begin();
  }, LONG_PRESS);
}

function move(event) {
  if (!press || event.pointerId !== press.id) return;
  press.last = { x: event.clientX, y: event.clientY };
  const far = Math.hypot(press.last.x - press.first.x, press.last.y - press.first.y) > FAR_ENOUGH;
  if (!press.proposal) {
    if (!far) return;
    if (event.pointerType !== "mouse") return end(false); // it scrolls
    press.moved = true;
    begin();
  }
  follow();
}

export function wirePointer() {
  document.addEventListener("pointerdown", down);
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", (event) => press?.id === event.pointerId && end(true));
  document.addEventListener("pointercancel", (event) => press?.id === event.pointerId && end(false));
  document.addEventListener("keydown", (event) => press?.proposal && event.key === "Escape" && end(false));
  document.addEventListener("touchmove", (event) => press?.proposal && event.preventDefault(), { passive: false });
  document.addEventListener("contextmenu", (event) => press?.timer && event.preventDefault());
  document.addEventListener("dragstart", (event) => event.target.closest?.("[data-grid]") && event.preventDefault());
  document.addEventListener("htmx:beforeSwap", () => press && end(false));
}
