// The filters stand open beside the list where there is room; on a narrow screen their button opens them over the whole of it.
const wide = matchMedia("(min-width: 1024px)");
const body = () => document.getElementById("filtres-corps");
const dialog = () => document.getElementById("filtres-plein");
let kept = null;

function unfold() {
  for (const part of document.querySelectorAll(".search-ask, .search-filters")) {
    if (wide.matches) part.open = true;
  }
}

function openDialog(anchor) {
  const box = dialog();
  if (!box || box.open) return;
  box.querySelector("[data-slot]").append(body());
  box.showModal();
  document.documentElement.classList.add("is-covered");
  const target = anchor ? document.querySelector(`${anchor} input:checked, ${anchor} input`) : document.getElementById("filtres-titre");
  target?.focus();
}

function putBack() {
  document.getElementById("filtres")?.append(body());
  document.documentElement.classList.remove("is-covered");
}

// Before the list is replaced: what is open, and how far it was read.
export function keepFilters() {
  const box = dialog();
  kept = {
    modal: Boolean(box?.open),
    top: box?.scrollTop ?? 0,
    focus: document.activeElement?.id ?? "",
    open: [...document.querySelectorAll("#filtres-corps details[open]")].map((part) => part.id),
  };
}

export function restoreFilters() {
  for (const id of kept?.open ?? []) document.getElementById(id)?.setAttribute("open", "");
  unfold();
  const box = dialog();
  if (kept?.modal && box) {
    openDialog();
    box.scrollTop = kept.top;
    document.getElementById(kept.focus)?.focus({ preventScroll: true });
  }
  kept = null;
}

// `isCurrent()`: whether the list shows what the filters say; `cameFrom()`: the filter that led here from another page.
export function wireFilters(isCurrent, cameFrom) {
  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest?.(selector);
    if (on(".search-filters > summary")) {
      event.preventDefault();
      if (!wide.matches) openDialog();
    } else if (on("[data-open-filters]") && !wide.matches) {
      event.preventDefault();
      openDialog(on("[data-open-filters]").getAttribute("href"));
    } else if (on("#filtres-plein [data-close]")) {
      dialog().close();
    } else if (on("[data-apply]") && isCurrent()) {
      // The list already shows it: no need to ask for it again.
      event.preventDefault();
      if (dialog()?.open) dialog().close();
      const count = document.getElementById("nombre");
      count?.focus({ preventScroll: true });
      count?.scrollIntoView({ block: "start" });
    }
  });
  document.addEventListener("close", (event) => {
    if (event.target.id !== "filtres-plein") return;
    putBack();
    if (!document.activeElement || document.activeElement === document.body) document.querySelector("#filtres > summary")?.focus();
  }, true);
  // A value of one's own chooses the button before it.
  document.addEventListener("input", (event) => {
    const choice = event.target.dataset?.own;
    if (choice && event.target.value) document.getElementById(choice).checked = true;
    if (event.target.id === "lieu") {
      for (const name of ["autour", "bbox"]) document.querySelector(`#recherche > input[name="${name}"]`)?.remove();
    }
  });
  // Choosing « on a date » says nothing before the date is there.
  document.addEventListener("change", (event) => {
    const own = event.target.checked && document.querySelector(`[data-own="${event.target.id}"]`);
    if (own && !own.value) {
      event.stopImmediatePropagation();
      own.focus();
    }
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches?.("#filtres-corps input:not([type=checkbox], [type=radio])")) return;
    event.preventDefault();
    event.target.blur();
    event.target.focus();
  });
  wide.addEventListener("change", () => {
    if (dialog()?.open) dialog().close();
    unfold();
  });
  unfold();
  const way = cameFrom();
  if (way?.covered && !wide.matches) openDialog();
  if (way) document.getElementById(way.id)?.focus();
}
