// The ARIA combobox on a plain text field: role on the input itself, options in a listbox, the focus never leaves the
// field. Without this module, or when suggestions fail, the field is a field and the server resolves what was typed.
import { highlighted, wordsOf } from "./highlight.js";

const WAIT = 200;
const SLOW = 400;
const MAX = 8;
const FR = document.documentElement.lang === "fr";
const SAY = {
  searching: FR ? "Recherche…" : "Searching…",
  noPlace: FR ? "Aucune commune. Essayez un code postal." : "No town. Try a postal code.",
  count: (n) => (FR ? `${n} suggestion${n > 1 ? "s" : ""}` : `${n} suggestion${n === 1 ? "" : "s"}`),
};
const KINDS = FR
  ? { practice: "Pratiques", theme: "Thèmes", need: "Besoins et méthodes", practitioner: "Praticiens", place: "Lieux", page: "À lire" }
  : { practice: "Practices", theme: "Themes", need: "Needs and methods", practitioner: "Practitioners", place: "Places", page: "To read" };
// What is one thing, or a whole question, is gone to when picked; the rest fills the field, and the place is still to say.
const GO = new Set(["practitioner", "page", "place"]);
let serial = 0;

export function wireComboboxes(root) {
  for (const field of root.querySelectorAll("[data-combobox]")) {
    const input = field.querySelector("input[type=text]");
    if (input && !input.hasAttribute("role")) new Combobox(field, input);
  }
}

const readers = {
  // The label is what is submitted: the server finds the same place again from it.
  places: (data) => [
    { label: "", items: (data.results ?? []).map((p) => ({ text: p.label ?? p.name, aside: (p.postal_codes ?? [])[0] ?? "" })) },
  ],
  // The practitioner's own clients: one picked leads to the booking for that client.
  clients: (data) => [{ label: "", items: (data.results ?? []).map((c) => ({ text: c.label, aside: c.detail ?? "", url: c.url })) }],
  suggest: (data) =>
    (data.groups ?? []).map(({ kind, items }) => ({
      label: KINDS[kind] ?? "",
      items: items.map(({ label, url, detail }) => ({ text: label, aside: detail ?? "", url: GO.has(kind) || /[?&]lieu=/.test(url) ? url : "" })),
    })),
};

class Combobox {
  constructor(field, input) {
    this.field = field;
    this.input = input;
    this.kind = field.dataset.combobox;
    this.active = -1;
    this.options = [];
    const name = field.querySelector("label")?.textContent.trim() ?? "";
    this.list = element("ul", { id: `liste-${++serial}`, className: "combo-options" }, { role: "listbox", "aria-label": name });
    this.line = element("p", { className: "combo-note", hidden: true });
    this.popup = element("div", { className: "combo-list", hidden: true });
    this.popup.append(this.list, this.line);
    input.after(this.popup);
    const attributes = { role: "combobox", "aria-expanded": "false", "aria-controls": this.list.id, "aria-autocomplete": "list", autocapitalize: "off" };
    for (const [attribute, value] of Object.entries(attributes)) input.setAttribute(attribute, value);
    input.addEventListener("input", () => this.schedule());
    input.addEventListener("keydown", (event) => event.isComposing || this.key(event));
    input.addEventListener("blur", () => this.close());
    // The press must not take the focus from the field before the click is read.
    this.popup.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.pick(option);
    });
  }

  get typed() {
    return this.input.value.trim();
  }

  schedule() {
    // A list for what is no longer typed stays in view until the next one comes, but nothing of it is chosen.
    this.stop();
    this.activate(-1);
    if (this.typed.length < 2) return this.close();
    this.timer = setTimeout(() => this.fetch(), WAIT);
  }

  // Forget what is on its way: a late answer never replaces a newer one, nor opens a list that was closed.
  stop() {
    clearTimeout(this.timer);
    clearTimeout(this.slow);
    this.request?.abort();
  }

  async fetch() {
    this.stop();
    const request = (this.request = new AbortController());
    const typed = this.typed;
    this.slow = setTimeout(() => this.note(SAY.searching), SLOW);
    try {
      const answer = await fetch(address(this.field.dataset.url, typed), {
        signal: request.signal, headers: { Accept: "application/json" },
      });
      const groups = answer.ok ? readers[this.kind](await answer.json()) : null;
      if (request.signal.aborted) return;
      if (groups) this.show(groups, wordsOf(typed));
      else this.close();
    } catch {
      // Suggestions are a help: when they fail the field stays a field.
      if (!request.signal.aborted) this.close();
    } finally {
      if (this.request === request) clearTimeout(this.slow);
    }
  }

  show(groups, typed) {
    clearTimeout(this.slow);
    this.activate(-1);
    this.options = [];
    const made = [];
    for (const group of groups) {
      const items = group.items.slice(0, MAX - this.options.length);
      if (!items.length) continue;
      const options = items.map((item, place) => this.option(item, this.options.length + place, typed));
      made.push(...(group.label ? this.group(group.label, options, made.length) : options));
      this.options.push(...options);
    }
    if (!this.options.length) {
      return this.kind === "places" ? this.note(SAY.noPlace, true) : this.close();
    }
    this.list.replaceChildren(...made);
    this.list.hidden = false;
    this.line.hidden = true;
    this.open(true);
    this.announce(SAY.count(this.options.length));
  }

  option({ text, aside, url }, number, typed) {
    const option = element("li", { id: `${this.list.id}-${number}` }, { role: "option", "aria-selected": "false" });
    option.dataset.text = text;
    option.dataset.url = url ?? "";
    const label = element("span", {});
    label.append(highlighted(text, typed));
    option.append(label);
    if (aside) {
      const small = element("small", {});
      small.append(highlighted(aside, typed));
      option.append(" ", small);
    }
    return option;
  }

  group(label, options, number) {
    const heading = element("span", { id: `${this.list.id}-g${number}`, className: "combo-group", textContent: label }, { role: "presentation" });
    const group = element("ul", { className: "combo-items" }, { role: "group", "aria-labelledby": heading.id });
    group.append(...options);
    const holder = element("li", {}, { role: "presentation" });
    holder.append(heading, group);
    return [holder];
  }

  // A line in place of the options: they are no longer those of what is typed.
  note(text, aloud = false) {
    this.options = [];
    this.activate(-1);
    this.list.replaceChildren();
    this.list.hidden = true;
    this.line.textContent = text;
    this.line.hidden = false;
    this.open(false);
    if (aloud) this.announce(text);
  }

  announce(text) {
    clearTimeout(this.voice);
    this.voice = setTimeout(() => {
      const status = document.getElementById("annonce");
      if (status && !this.popup.hidden) status.textContent = text;
    }, 1000);
  }

  open(expanded) {
    if (document.activeElement !== this.input) return;
    this.popup.hidden = false;
    this.input.setAttribute("aria-expanded", String(expanded));
  }

  close() {
    this.stop();
    this.activate(-1);
    this.popup.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
  }

  activate(index) {
    this.options[this.active]?.setAttribute("aria-selected", "false");
    this.active = index;
    const option = this.options[index];
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  pick(option) {
    if (option.dataset.url) {
      location.href = option.dataset.url;
      return;
    }
    this.input.value = option.dataset.text;
    this.close();
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  key(event) {
    const last = this.options.length - 1;
    const shown = !this.popup.hidden && last >= 0;
    const arrow = event.key === "ArrowDown" || event.key === "ArrowUp";
    if (event.key === "ArrowDown" && shown) this.activate(this.active >= last ? 0 : this.active + 1);
    else if (event.key === "ArrowUp" && shown) this.activate(this.active <= 0 ? last : this.active - 1);
    else if (arrow && this.popup.hidden && this.typed.length >= 2) this.fetch();
    else if (event.key === "Enter" && shown && this.active >= 0) this.pick(this.options[this.active]);
    else if (event.key === "Escape" && !this.popup.hidden) this.close();
    else if (event.key === "Escape" && this.input.value) this.input.value = "";
    else return;
    event.preventDefault();
  }
}

const address = (base, typed) => `${base}${base.includes("?") ? "&" : "?"}${new URLSearchParams({ q: typed })}`;

function element(tag, properties, attributes = {}) {
  const made = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
