// A filter changes the list at once: what is there stays until the new one is, the count is said aloud, a failure keeps the old.
import { asFormData, tidy } from "./address.js";
import { keepFilters, restoreFilters } from "./filters.js";

const PATIENCE = 400;
let waiting = 0;
let slow = 0;
let stale = false;
let arriving = false;

const isForm = (element) => element instanceof HTMLFormElement && element.matches("[data-search]");
const results = () => document.getElementById("resultats");
// What is behind an open dialog is silent: it has a status of its own, which is seen when something went wrong.
function say(text, wrong = false) {
  const inside = document.querySelector("#filtres-plein[open] [data-said]");
  const status = inside ?? document.getElementById("annonce");
  if (!status) return;
  status.textContent = text;
  inside?.classList.toggle("vh", !wrong);
}

// Whether the list shows what the filters say.
export const isCurrent = () => waiting === 0 && !stale;

function busy(on) {
  clearTimeout(slow);
  const list = results();
  if (!list) return;
  if (on) {
    slow = setTimeout(() => {
      list.setAttribute("aria-busy", "true");
      const line = list.querySelector("[data-updating]");
      if (line) {
        line.hidden = false;
        say(line.textContent.trim());
      }
    }, PATIENCE);
  } else {
    list.removeAttribute("aria-busy");
    list.querySelector("[data-updating]")?.setAttribute("hidden", "");
  }
}

function failed() {
  stale = true;
  const message = results()?.querySelector("[data-failed]");
  if (!message) return;
  message.hidden = false;
  say(message.querySelector("p").textContent.trim(), true);
}

// A page with a heading of its own: the filters lead to the page of results, where one goes on from the same filter.
const WAY = "filtre";

function leave(form) {
  const way = { id: document.activeElement?.id ?? "", covered: Boolean(document.getElementById("filtres-plein")?.open) };
  try {
    sessionStorage.setItem(WAY, JSON.stringify(way));
  } catch {
    // A browser that keeps nothing begins at the top of the next page.
  }
  form.requestSubmit();
}

// Where one was before such a step; nothing most of the time.
export function cameFrom() {
  try {
    const way = JSON.parse(sessionStorage.getItem(WAY) ?? "null");
    sessionStorage.removeItem(WAY);
    return way;
  } catch {
    return null;
  }
}

export function wireLive() {
  let leaving = 0;
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-whole]");
    if (!form || !event.target.closest("#filtres-corps")) return;
    clearTimeout(leaving);
    leaving = setTimeout(leave, 300, form);
  });

  // htmx asks: the same address as a link of the page would be.
  document.addEventListener("htmx:configRequest", (event) => {
    if (isForm(event.target)) event.detail.parameters = asFormData(tidy(event.target, new FormData(event.target)));
  });
  // The browser sends the form by its button.
  document.addEventListener("formdata", (event) => {
    if (!isForm(event.target)) return;
    const pairs = tidy(event.target, event.formData);
    for (const name of [...event.formData.keys()]) event.formData.delete(name);
    for (const [name, value] of pairs) event.formData.append(name, value);
  });

  document.addEventListener("change", (event) => {
    if (event.target.closest?.("#filtres-corps")) stale = true;
  }, true);
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!isForm(event.target)) return;
    waiting += 1;
    results()?.querySelector("[data-failed]")?.setAttribute("hidden", "");
    busy(true);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!isForm(event.target)) return;
    waiting = Math.max(0, waiting - 1);
    if (waiting) return;
    busy(false);
  });
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      if (isForm(event.target)) failed();
    });
  }

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!isForm(event.detail.requestConfig?.elt) || !event.detail.shouldSwap) return;
    if (!event.detail.serverResponse.includes('id="resultats"')) {
      // Another page answers: the place typed meanwhile has to be chosen first.
      event.detail.shouldSwap = false;
      location.assign(event.detail.xhr.responseURL);
      return;
    }
    arriving = true;
    stale = false;
    keepFilters();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    // htmx tells of each part that was replaced; all of them are there at the first.
    if (!arriving) return;
    arriving = false;
    restoreFilters();
    say(document.querySelector("[data-count]")?.textContent.trim() ?? "");
    document.dispatchEvent(new CustomEvent("search:updated", { detail: { query: location.search } }));
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-retry]")) window.htmx.trigger("#recherche", "search:retry");
  });
}
