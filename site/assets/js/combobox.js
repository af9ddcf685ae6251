// The ARIA combobox on a plain text field: role on the input itself, options in a listbox, the focus never leaves the
// field. Without this module, or when suggestions fail, the field is a field and the server resolves what was typed.
const WAIT = 200;
const MAX = 8;
const FR = document.documentElement.lang === "fr";
const SAY = {
  searching: FR ? "Recherche…" : "Searching…",
  noPlace: FR ? "Aucune commune. Essayez un code postal." : "No town. Try a postal code.",
  count: (n) => (FR ? `${n} suggestion${n > 1 ? "s" : ""}` : `${n} suggestion${n === 1 ? "" : "s"}`),
};
const KINDS = FR
  ? { practice: "Pratiques", theme: "Thèmes", need: "Besoins", practitioner: "Praticiens", place: "Lieux", page: "À lire" }
  : { practice: "Practices", theme: "Themes", need: "Needs", practitioner: "Practitioners", place: "Places", page: "To read" };
// What is one thing, not a question: picking it goes there. The rest fills the field.
const GO = new Set(["practitioner", "page"]);
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
  suggest: (data) =>
    (data.groups ?? []).map((g) => ({ label: KINDS[g.kind] ?? g.label ?? "", items: g.items.map((i) => ({ text: i.label, url: GO.has(g.kind) ? i.url : "" })) })),
};

class Combobox {
  constructor(field, input) {
    this.field = field;
    this.input = input;
    this.kind = field.dataset.combobox;
    this.active = -1;
    this.options = [];
    this.list = document.createElement("ul");
    this.list.id = `liste-${++serial}`;
    this.list.className = "combo-list";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", field.querySelector("label")?.textContent.trim() ?? "");
    this.list.hidden = true;
    input.after(this.list);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-expanded": "false", "aria-controls": this.list.id, "aria-autocomplete": "list", autocapitalize: "off",
    })) input.setAttribute(name, value);
    input.addEventListener("input", () => this.schedule());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    // The press must not take the focus from the field before the click is read.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.pick(option);
    });
  }

  schedule() {
    clearTimeout(this.timer);
    this.request?.abort();
    if (this.input.value.trim().length < 2) return this.close();
    this.timer = setTimeout(() => this.fetch(), WAIT);
  }

  async fetch() {
    this.request = new AbortController();
    const typed = this.input.value.trim();
    const slow = setTimeout(() => this.note(SAY.searching), 400);
    try {
      const answer = await fetch(`${this.field.dataset.url}?${new URLSearchParams({ q: typed })}`, {
        signal: this.request.signal, headers: { Accept: "application/json" },
      });
      if (!answer.ok) return this.close();
      this.show(readers[this.kind](await answer.json()));
    } catch (error) {
      // Suggestions are a help: when they fail the field stays a field. A newer request aborts the older.
      if (error.name !== "AbortError") this.close();
    } finally {
      clearTimeout(slow);
    }
  }

  show(groups) {
    this.list.replaceChildren();
    this.options = [];
    this.activate(-1);
    let left = MAX;
    for (const group of groups) {
      const items = group.items.slice(0, left);
      if (!items.length) continue;
      left -= items.length;
      let parent = this.list;
      if (group.label) {
        const heading = element("li", { className: "combo-group", id: `${this.list.id}-g${this.options.length}`, textContent: group.label });
        heading.setAttribute("role", "presentation");
        this.list.append(heading);
        const holder = element("li", {});
        holder.setAttribute("role", "presentation");
        parent = element("ul", {});
        parent.setAttribute("role", "group");
        parent.setAttribute("aria-labelledby", heading.id);
        parent.className = "combo-items";
        holder.append(parent);
        this.list.append(holder);
      }
      for (const item of items) {
        const option = element("li", { id: `${this.list.id}-${this.options.length}` });
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.text = item.text;
        option.dataset.url = item.url ?? "";
        option.append(element("span", { textContent: item.text }));
        if (item.aside) option.append(element("small", { textContent: item.aside }));
        parent.append(option);
        this.options.push(option);
      }
    }
    if (!this.options.length) {
      return this.kind === "places" ? this.note(SAY.noPlace, true) : this.close();
    }
    this.open();
    this.announce(SAY.count(this.options.length));
  }

  note(text, aloud = false) {
    this.options = [];
    this.activate(-1);
    const line = element("li", { className: "combo-note", textContent: text });
    line.setAttribute("role", "presentation");
    this.list.replaceChildren(line);
    this.open();
    if (aloud) this.announce(text);
  }

  announce(text) {
    clearTimeout(this.voice);
    this.voice = setTimeout(() => {
      const status = document.getElementById("annonce");
      if (status && !this.list.hidden) status.textContent = text;
    }, 1000);
  }

  open() {
    if (document.activeElement !== this.input) return;
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  close() {
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.activate(-1);
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
    const shown = !this.list.hidden && last >= 0;
    if (event.key === "ArrowDown" && shown) this.activate(this.active >= last ? 0 : this.active + 1);
    else if (event.key === "ArrowUp" && shown) this.activate(this.active <= 0 ? last : this.active - 1);
    else if (event.key === "Enter" && shown && this.active >= 0) this.pick(this.options[this.active]);
    else if (event.key === "Escape" && !this.list.hidden) this.close();
    else if (event.key === "Escape" && this.input.value) this.input.value = "";
    else return;
    event.preventDefault();
  }
}

function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
