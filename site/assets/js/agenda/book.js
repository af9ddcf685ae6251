// Booking from the agenda: another session or day asks for its times at once; a time written by hand takes the place of the list.
const form = document.querySelector(".book-for");
const what = form?.querySelector("[data-times]");

async function renew() {
  const region = document.getElementById("horaires");
  const address = new URL(what.dataset.times, location.href);
  address.searchParams.set("prestation", form.elements.service.value);
  address.searchParams.set("jour", form.elements.day.value);
  address.searchParams.delete("heure");
  region.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("horaires");
    region.replaceChildren(...fresh.children);
    const status = document.getElementById("annonce");
    if (status) status.textContent = region.querySelector("legend").textContent.trim();
  } catch {
    // The form itself asks for them, with everything that was typed.
    form.querySelector("[data-see-times]").click();
  } finally {
    region.removeAttribute("aria-busy");
  }
}

if (what) {
  form.classList.add("is-live");
  let later = 0;
  what.addEventListener("change", () => {
    clearTimeout(later);
    later = setTimeout(renew, 300);
  });
  form.addEventListener("change", (event) => {
    if (event.target.name !== "slot" || event.target.value === "autre") return;
    form.elements.start.value = "";
  });
}

// « Nouveau client » takes along what was typed to find one.
const link = document.querySelector("[data-new-client]");
document.getElementById("client-q")?.addEventListener("input", (event) => {
  const address = new URL(link.href);
  address.searchParams.set("q", event.target.value.trim());
  link.href = address.href;
});
