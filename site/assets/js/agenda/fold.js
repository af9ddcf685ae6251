// A week on a phone: seven days that fold, today's open. Without this module they are all open.
import { say } from "./words.js";

export function wireFolds(page) {
  const week = page.querySelector(".board-semaine:not(.as-grid)");
  if (!week || !matchMedia("(max-width: 799px)").matches) return;
  const days = [...week.querySelectorAll("[data-day]")];
  const open = days.find((day) => day.matches(".day-today")) ?? days.find((day) => day.querySelector(".item")) ?? days[0];
  for (const day of days) {
    if (!day.querySelector(".item, .gap")) continue;
    const button = document.createElement("button");
    const name = document.createElement("span");
    name.className = "vh";
    name.textContent = say.unfold(day.dataset.name);
    button.append(name);
    button.type = "button";
    button.className = "day-fold";
    const grid = day.querySelector("[data-grid]");
    grid.id ||= `detail-${day.dataset.day}`;
    button.setAttribute("aria-controls", grid.id);
    const show = (on) => {
      button.setAttribute("aria-expanded", String(on));
      day.classList.toggle("is-folded", !on);
    };
    button.addEventListener("click", () => show(day.classList.contains("is-folded")));
    show(day === open);
    day.querySelector(".day-head").append(button);
    day.querySelector(".day-head").classList.add("folds");
  }
}
