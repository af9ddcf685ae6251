// The result page: says the new count aloud after a filter, keeps empty values out of the address, and opens the filters
// where there is room for them. Without it, the form is sent by its button.
const wide = matchMedia("(min-width: 1024px)");

function unfold() {
  for (const part of document.querySelectorAll(".search-ask, .search-filters")) {
    if (wide.matches) part.open = true;
  }
}

document.addEventListener("htmx:configRequest", (event) => {
  const { parameters } = event.detail;
  if (!event.target.matches("[data-search]")) return;
  for (const name of [...new Set(Object.keys(parameters))]) {
    if (parameters[name] === "" || (name === "rayon" && parameters[name] === "20")) delete parameters[name];
  }
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches("[data-search]")) document.getElementById("corps")?.setAttribute("aria-busy", "true");
});

let folded = true;
document.addEventListener("htmx:beforeSwap", () => {
  folded = !document.getElementById("filtres")?.open;
});

document.addEventListener("htmx:afterSettle", () => {
  const count = document.querySelector("[data-count]")?.textContent.trim();
  const status = document.getElementById("annonce");
  if (!wide.matches && !folded) document.getElementById("filtres")?.setAttribute("open", "");
  unfold();
  if (count && status) status.textContent = count;
});

wide.addEventListener("change", unfold);
unfold();
