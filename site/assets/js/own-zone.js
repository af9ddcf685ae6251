// Times are said on the clock of the place; where the reader's own clock shows another one, it is added beside them.
//   <span data-instant="2026-12-01T13:30:00+00:00" data-zone="Indian/Reunion" data-own-words="%s chez vous" hidden></span>
// `data-zone` and `data-own-words` may stand on an ancestor. An element that is `hidden` is filled and shown; any other one
// (a button with its time) gets the words as a last child. Without JavaScript, or with the same clock, nothing changes.
const formats = new Map();

function parts(zone, moment) {
  if (!formats.has(zone)) {
    formats.set(zone, new Intl.DateTimeFormat("fr-FR", {
      timeZone: zone, weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    }));
  }
  return Object.fromEntries(formats.get(zone).formatToParts(moment).map(({ type, value }) => [type, value]));
}

// What the clock of `own` shows at `moment`, with the day when it is another one; "" when both clocks agree.
export function ownClock(moment, zone, own = Intl.DateTimeFormat().resolvedOptions().timeZone) {
  const [there, here] = [parts(zone, moment), parts(own, moment)];
  const time = `${here.hour}:${here.minute}`;
  if (here.day !== there.day) {
    const day = here.day === "1" ? "1er" : here.day;
    return `${here.weekday}\u00a0${day}\u00a0${here.month} ${time}`;
  }
  return time === `${there.hour}:${there.minute}` ? "" : time;
}

export function sayOwnTimes(root) {
  for (const element of root.querySelectorAll("[data-instant]:not([data-own-said])")) {
    const zone = element.closest("[data-zone]")?.dataset.zone;
    const words = element.closest("[data-own-words]")?.dataset.ownWords;
    const moment = new Date(element.dataset.instant);
    if (!zone || !words || Number.isNaN(moment.getTime())) continue;
    const time = ownClock(moment, zone);
    element.dataset.ownSaid = "";
    if (!time) continue;
    if (element.hidden) {
      element.textContent = words.replace("%s", time);
      element.hidden = false;
    } else {
      const said = document.createElement("span");
      said.className = "own-clock";
      said.textContent = words.replace("%s", time);
      element.append(" ", said);
    }
  }
}
