// The map beside the list: shown or hidden by the visitor's choice, in step with the cards, and live once it is asked for.
// Nothing is fetched before that. Without this, the drawing and its links stay.
const SHOWN = "carte-interactive";
let live = null;

const panelOf = (element) => element?.closest("[data-map]");

function remember(open) {
  try {
    if (open) sessionStorage.setItem(SHOWN, "1");
    else sessionStorage.removeItem(SHOWN);
  } catch {
    // A browser that keeps nothing shows the drawing again on the next page.
  }
}

function asked() {
  try {
    return sessionStorage.getItem(SHOWN) === "1";
  } catch {
    return false;
  }
}

async function open(panel, moved) {
  const box = panel.querySelector("[data-map-live]");
  try {
    live ??= await import(panel.dataset.live);
    panel.querySelector("[data-map-paper]").hidden = true;
    box.hidden = false;
    await live.show(panel, moved);
    remember(true);
  } catch (error) {
    panel.querySelector("[data-map-paper]").hidden = false;
    box.hidden = false;
    box.querySelector("[data-map-failed]").hidden = false;
    box.querySelector(".map-frame").hidden = true;
    console.warn("map", error);
  }
}

function toggle(panel, hidden) {
  panel.toggleAttribute("data-hidden", hidden);
  panel.querySelector("[data-map-toggle]").setAttribute("aria-expanded", String(!hidden));
  const age = hidden ? 31536000 : 0;
  document.cookie = `carte=${hidden ? "non" : ""};path=/;max-age=${age};SameSite=Lax${location.protocol === "https:" ? ";Secure" : ""}`;
  if (!hidden) wire();
}

// What is possible with a script shows itself; after a swap of the list, the drawing and the live map are set again.
function wire() {
  const panel = document.querySelector("[data-map]");
  if (!panel) return;
  for (const control of panel.querySelectorAll("[data-map-toggle], [data-map-open], [data-map-open-note]")) control.hidden = false;
  // Not where there is no room for it: it would be fetched for nobody.
  if ((live || asked()) && panel.querySelector(".map-body").getClientRects().length) open(panel, false);
}

// A card and its pin, whichever is pointed at.
function point(number, on) {
  if (!number) return;
  document.getElementById(`resultat-${number}`)?.classList.toggle("is-pointed", on);
  for (const pin of document.querySelectorAll(`[data-pin="${number}"]`)) pin.classList.toggle("is-pointed", on);
}

function numberOf(target) {
  const pin = target.closest?.("[data-pin]");
  return pin ? pin.dataset.pin : target.closest?.("[id^='resultat-']")?.id.slice(9);
}

for (const [name, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
  document.addEventListener(name, (event) => point(numberOf(event.target), on));
}

document.addEventListener("click", (event) => {
  const panel = panelOf(event.target);
  if (!panel) return;
  if (event.target.closest("[data-map-toggle]")) toggle(panel, !panel.hasAttribute("data-hidden"));
  if (event.target.closest("[data-map-open]")) open(panel, true);
});

document.addEventListener("htmx:afterSettle", wire);
matchMedia("(min-width: 1280px)").addEventListener("change", wire);
wire();
