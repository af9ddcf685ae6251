// The grid of hours: where a row is, what time it says, which day is under a finger. A row is five minutes.
const PER_HOUR = 12;
export const SNAP = 3;
export const LEAST = 3;

// The board that is drawn as a grid now; none on a phone that shows a list, nor in a month.
export function board() {
  const element = document.querySelector("[data-board]");
  const axis = element?.querySelector(".board-axis");
  return axis && getComputedStyle(axis).display !== "none" ? new Board(element) : null;
}

class Board {
  constructor(element) {
    this.element = element;
    this.rows = Number(element.dataset.rows);
    this.hours = element.dataset.hours.trim().split(/\s+/).map((text) => ({ hour: parseInt(text, 10), again: text.endsWith("+") }));
    this.days = [...element.querySelectorAll("[data-day]")].map((day) => ({
      date: day.dataset.day, name: day.dataset.name, grid: day.querySelector("[data-grid]"), layer: day.querySelector(".day-hours"),
    }));
  }

  dayOf(node) {
    const date = node.closest("[data-day]")?.dataset.day;
    return this.days.findIndex((day) => day.date === date);
  }

  // The day under x (the nearest one beyond the edges), the row under y counted from 1.
  at(x, y) {
    let day = this.days.findIndex(({ grid }) => x < grid.getBoundingClientRect().right);
    if (day < 0) day = this.days.length - 1;
    const box = this.days[day].grid.getBoundingClientRect();
    return { day, row: Math.floor(((y - box.top) / box.height) * this.rows) + 1 };
  }

  // What a row begins with: `09:15`, and whether it is the second time that day.
  time(row) {
    const index = Math.min(Math.floor((row - 1) / PER_HOUR), this.hours.length - 1);
    const { hour, again } = this.hours[index];
    const minute = (row - 1 - index * PER_HOUR) * 5;
    const text = (h, m) => `${String(h).padStart(2, "0")}:${String(m).padStart(2, "0")}`;
    return { text: minute >= 60 ? text((hour + 1) % 24, minute - 60) : text(hour, minute), again };
  }
}

export const snap = (row) => Math.round((row - 1) / SNAP) * SNAP + 1;
