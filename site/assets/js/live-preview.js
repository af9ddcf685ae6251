// What a client sees, as it is typed. Without this module the page shows what was last saved or sent.
const form = document.querySelector("[data-live-form]");

const valueOf = (name) => new FormData(form).get(name) ?? "";

const labelOf = (name) => {
  const field = form.elements[name];
  return field?.selectedOptions?.[0]?.textContent ?? valueOf(name);
};

// As the server writes amounts: « 47,50 € », with no-break spaces.
const euros = (text) => {
  const amount = Number(text.replace(/[\s€]/g, "").replace(",", "."));
  if (!text.trim() || Number.isNaN(amount)) return "…";
  return `${amount.toFixed(2).replace(".", ",").replace(/\B(?=(\d{3})+,)/g, "\u00a0")}\u00a0€`;
};

// A deposit may be said as a share of the price: « 30 % ».
const amount = (text) => {
  const share = /^\s*(\d{1,3})\s*%\s*$/.exec(text);
  if (!share) return euros(text);
  const price = Number(valueOf("price_cents").replace(/[\s€]/g, "").replace(",", "."));
  return Number.isNaN(price) ? "…" : euros(String(Math.round(price * Number(share[1])) / 100));
};

const show = () => {
  for (const target of document.querySelectorAll("[data-live]")) {
    const name = target.dataset.live;
    if (!form.elements[name]) continue;
    const kind = target.dataset.liveKind;
    const text = kind === "label" ? labelOf(name) : valueOf(name);
    target.textContent = kind === "euros" ? amount(text) : text || "…";
  }
  for (const target of document.querySelectorAll("[data-live-when]")) {
    const [name, value] = target.dataset.liveWhen.split("=");
    target.hidden = valueOf(name) !== value;
  }
  for (const target of document.querySelectorAll("[data-live-has]")) {
    target.hidden = !valueOf(target.dataset.liveHas).trim();
  }
};

if (form) {
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  show();
}
