// « Around me »: the browser is asked for its position on a press, never before; refused, the field of the place takes over.
const DIGITS = 3; // about a hundred metres

function found(form, position) {
  const { latitude, longitude } = position.coords;
  const place = form.querySelector("[name=lieu]");
  if (place) place.value = "";
  for (const name of ["autour", "bbox"]) form.querySelector(`input[type=hidden][name=${name}]`)?.remove();
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: "autour" });
  field.value = `${latitude.toFixed(DIGITS)},${longitude.toFixed(DIGITS)}`;
  form.append(field);
  form.requestSubmit();
}

function refused(button) {
  button.removeAttribute("aria-disabled");
  const line = button.parentElement.querySelector("[data-around-refused]");
  if (line) line.hidden = false;
  const ask = document.querySelector(".search-ask");
  if (ask) ask.open = true;
  document.getElementById("lieu")?.focus();
}

export function wirePosition() {
  if (!("geolocation" in navigator)) return;
  const show = () => {
    for (const button of document.querySelectorAll("[data-around]")) button.hidden = false;
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-around]");
    const form = document.querySelector("[data-search], form[role=search]");
    if (!button || !form || button.getAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true");
    navigator.geolocation.getCurrentPosition((position) => found(form, position), () => refused(button), { timeout: 10_000, maximumAge: 300_000 });
  });
  document.addEventListener("search:updated", show);
  show();
}
