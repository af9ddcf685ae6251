// What is being moved, stretched or drawn: a ghost on the grid until it is dropped or left.
import { LEAST } from "./board.js";
import { say } from "./words.js";

export class Proposal {
  // Without an item, something new is drawn.
  constructor(board, item, place) {
    this.board = board;
    this.item = item;
    this.from = { ...place };
    this.place = { ...place };
    this.ghost = document.createElement("p");
    item?.classList.add("is-leaving");
    this.draw();
  }

  // Within the hours that are drawn.
  to(place) {
    const span = Math.max(LEAST, Math.min(place.span ?? this.place.span, this.board.rows));
    const row = Math.max(1, Math.min(place.row ?? this.place.row, this.board.rows - span + 1));
    const day = Math.max(0, Math.min(place.day ?? this.place.day, this.board.days.length - 1));
    const moved = row !== this.place.row || span !== this.place.span || day !== this.place.day;
    this.place = { row, span, day };
    if (moved) this.draw();
    return moved;
  }

  draw() {
    const { row, span, day } = this.place;
    this.ghost.className = `ghost r${row} s${span}`;
    this.ghost.textContent = `${this.start.text}–${this.end.text}`;
    this.board.days[day].layer.append(this.ghost);
  }

  get start() {
    return this.board.time(this.place.row);
  }

  get end() {
    return this.board.time(this.place.row + this.place.span);
  }

  get day() {
    return this.board.days[this.place.day];
  }

  get changed() {
    return ["row", "span", "day"].some((name) => this.place[name] !== this.from[name]);
  }

  get words() {
    return say.place(this.day.name, this.start.text, this.end.text);
  }

  // What the page of the item is asked: where to, and how long if that changed.
  get query() {
    const query = new URLSearchParams({ day: this.day.date, start: this.start.text });
    const longer = (this.place.span - this.from.span) * 5;
    if (this.item) query.set("minutes", String(Number(this.item.dataset.minutes) + longer));
    if (this.start.again) query.set("again", "on");
    return query;
  }

  leave() {
    this.ghost.remove();
    this.item?.classList.remove("is-leaving");
  }
}

export function placeOf(board, item) {
  return { day: board.dayOf(item), row: Number(item.dataset.row), span: Number(item.dataset.span) };
}
