// What a move means is shown before it happens: the page of the move, in a dialog. When it cannot be had, the page itself opens.
import { refresh } from "./range.js";

let shown = null;

const dialog = () => document.querySelector("[data-consequence]");

export function showConsequence(proposal) {
  shown = proposal;
  ask(`${proposal.item.dataset.move}?${proposal.query}`);
}

// Something drawn on an empty part: an appointment there, or time of one's own.
export function offerNew(proposal) {
  const sheet = document.getElementById("agenda-ajouter");
  const { day, start, end } = proposal;
  const to = { "rendez-vous": { jour: day.date, heure: start.text }, bloquer: { jour: day.date, de: start.text, a: end.text } };
  for (const link of sheet.querySelectorAll("[data-add]")) {
    link.href = `${new URL(link.href).pathname}?${new URLSearchParams(to[link.dataset.add])}`;
  }
  const title = sheet.querySelector("h2");
  title.dataset.word ??= title.textContent;
  title.textContent = `${title.dataset.word}\u00a0: ${proposal.words}`;
  shown = proposal;
  sheet.addEventListener("close", () => {
    title.textContent = title.dataset.word;
    if (!dialog().open) forget();
  }, { once: true });
  sheet.showModal();
}

function forget() {
  shown?.leave();
  const link = shown?.item?.querySelector("[data-handle], .item-link");
  shown = null;
  link?.focus();
}

async function ask(url, options = {}) {
  const inside = dialog().querySelector("[data-inside]");
  inside.setAttribute("aria-busy", "true");
  let answer;
  try {
    answer = await fetch(url, { ...options, headers: { "HX-Agenda-Dialog": "1" }, credentials: "same-origin" });
    const changed = answer.headers.get("Agenda-Changed");
    if (changed) return done(JSON.parse(changed));
    if (answer.redirected || answer.status >= 500) throw new Error(String(answer.status));
    inside.innerHTML = await answer.text();
  } catch {
    // Without an answer nothing is known: the page of the move says how things stand.
    location.assign(options.method ? location.href : url);
    return;
  } finally {
    inside.removeAttribute("aria-busy");
  }
  if (!dialog().open) dialog().showModal();
  (inside.querySelector("[data-error-summary]") ?? inside.querySelector("h2"))?.focus();
}

function done({ key, said }) {
  shown = null;
  dialog().close();
  refresh({ said, key });
}

function sent(event) {
  const form = event.target;
  // A second press was stopped already (busy.js).
  if (!form.closest("[data-consequence]") || event.defaultPrevented) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  if (form.method === "post") ask(form.action, { method: "POST", body: data });
  else ask(`${form.action}?${new URLSearchParams(data)}`);
}

function clicked(event) {
  const opener = event.target.closest?.("[data-in-dialog], [data-add='bloquer']");
  if (opener?.closest("dialog")) {
    event.preventDefault();
    opener.closest("dialog#agenda-ajouter")?.close();
    ask(opener.href);
    return;
  }
  if (event.target.closest?.("[data-consequence] [data-close]")) {
    event.preventDefault();
    dialog().close();
  }
}

export function wireConsequence() {
  document.addEventListener("submit", sent);
  document.addEventListener("click", clicked);
  // `close` does not bubble.
  document.addEventListener("close", (event) => event.target.matches?.("[data-consequence]") && forget(), true);
}
