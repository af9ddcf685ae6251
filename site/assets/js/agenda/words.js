// What the scripts of the agenda say, in the language of the page.
const FR = document.documentElement.lang === "fr";

export const say = {
  lifted: (name) => (FR ? `${name}. Flèches : 15 minutes ou un jour. Majuscule et flèche : durée. Entrée pour poser, Échap pour laisser.` : `${name}. Arrows: 15 minutes or a day. Shift and arrow: length. Enter to drop, Escape to leave.`),
  place: (day, start, end) => (FR ? `${day}, ${start} à ${end}` : `${day}, ${start} to ${end}`),
  left: FR ? "Laissé à sa place." : "Left where it was.",
  edge: FR ? "Rien au-delà ici." : "Nothing further here.",
  now: (time) => (FR ? `Il est ${time}` : `It is ${time}`),
  unfold: (day) => (FR ? `Détail de ${day}` : `Details of ${day}`),
};

let timer = 0;

// Never more than one message a second: the last one wins.
export function announce(text) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const status = document.getElementById("annonce");
    if (status) status.textContent = text;
  }, 150);
}
