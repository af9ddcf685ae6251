// Another period, or the same one read anew: what is there stays until the new one is, and a failure keeps it with its hour.
import { announce } from "./words.js";

const OLD = 5 * 60_000;
const PAUSE = 700;
let wanted = null;

const page = () => document.querySelector("[data-agenda]");
const about = (event) => event.detail?.target?.id === "agenda";

export function refresh({ said = "", key = "" } = {}) {
  wanted = { said, key };
  window.htmx.ajax("GET", location.pathname + location.search, { target: "#agenda", select: "#agenda", swap: "outerHTML" });
}

function arrived() {
  const here = page();
  if (!here) return;
  const { said, key, focus } = wanted ?? {};
  wanted = null;
  const title = document.getElementById("agenda-periode");
  if (key) document.getElementById(key)?.querySelector("a")?.focus();
  else if (focus) (document.getElementById(focus) ?? title)?.focus({ preventScroll: true });
  if (said) announce(said);
  else if (focus) announce(title?.textContent ?? "");
}

export function wireRange() {
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!about(event)) return;
    page().setAttribute("aria-busy", "true");
    // The links of the bar keep the focus, so that one goes on week after week; the rest leads to the title.
    if (!wanted) wanted = { focus: event.detail.elt?.closest?.(".agenda-bar, .agenda-read") ? event.detail.elt.id : "agenda-periode" };
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "agenda" || event.detail?.target?.id === "agenda") arrived();
  });
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      if (!about(event)) return;
      wanted = null;
      page().removeAttribute("aria-busy");
      const message = page().querySelector("[data-failed]");
      message.hidden = false;
      announce(message.textContent.trim());
    });
  }
  let later = 0;
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("[data-at-once]");
    clearTimeout(later);
    if (form && event.target.value) later = setTimeout(() => form.requestSubmit(), PAUSE);
  });
  // Back at a page left open: what it shows may be old.
  document.addEventListener("visibilitychange", () => {
    const read = Date.parse(page()?.dataset.readAt ?? "");
    const idle = !document.querySelector("dialog[open], .ghost");
    if (!document.hidden && idle && Date.now() - read > OLD) refresh();
  });
}
