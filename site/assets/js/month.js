// The month of the page of times: arrow keys walk over its days, as in a calendar; every day stays a link in the order of Tab.
// After a swap the focus goes where the reader looks next: the times of a day just chosen, the month just turned to.
const FREE = "a[data-day]";
let turned = "";

const daysOf = (month) => [...month.querySelectorAll(FREE)];

function step(month, link, key) {
  const days = daysOf(month);
  const at = days.indexOf(link);
  const day = Number(link.dataset.day);
  switch (key) {
    case "ArrowRight": return days[at + 1];
    case "ArrowLeft": return days[at - 1];
    case "ArrowDown": return days.find((other) => Number(other.dataset.day) >= day + 7);
    case "ArrowUp": return days.findLast((other) => Number(other.dataset.day) <= day - 7);
    case "Home": return days[0];
    case "End": return days.at(-1);
    default: return undefined;
  }
}

document.addEventListener("keydown", (event) => {
  const link = event.target.closest?.(`[data-month] ${FREE}`);
  if (!link || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const month = link.closest("[data-month]");
  if (event.key === "PageDown" || event.key === "PageUp") {
    event.preventDefault();
    month.querySelector(event.key === "PageDown" ? "[data-month-next]" : "[data-month-previous]")?.click();
    return;
  }
  const next = step(month, link, event.key);
  if (next) {
    event.preventDefault();
    next.focus();
  } else if (event.key.startsWith("Arrow")) {
    event.preventDefault();
  }
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const link = event.target.closest?.("a");
  turned = link?.matches(FREE) ? "day" : link?.closest("[data-month]") ? "month" : link ? "days" : "";
});

document.addEventListener("htmx:afterSettle", (event) => {
  const times = event.target.closest?.(".times") ?? document.querySelector(".times");
  if (!times || !turned) return;
  if (turned === "month") {
    // The arrow kept its place and its focus; at either end of what can be booked it is gone.
    if (!document.activeElement?.closest("[data-month]")) times.querySelector(`[data-month] a`)?.focus();
  } else {
    times.querySelector("#horaires-titre")?.focus();
  }
  turned = "";
});
