// The line of now goes down the day: placed by the server, moved here every minute on the clock of the practice.
import { say } from "./words.js";

const MINUTE = 60_000;

function tick() {
  const line = document.querySelector("[data-now]");
  const grid = line?.closest("[data-board]");
  if (!grid) return;
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone: grid.dataset.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const [hour, minute] = clock.format(new Date()).split(":").map(Number);
  const before = grid.dataset.hours.trim().split(/\s+/).findIndex((text) => parseInt(text, 10) === hour);
  if (before < 0) return;
  line.className = `now r${before * 12 + Math.floor(minute / 5) + 1}`;
  line.querySelector("span").textContent = say.now(`${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`);
}

export function wireNow() {
  setInterval(tick, MINUTE);
}
