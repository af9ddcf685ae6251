// The reader's choice of light or dark, kept in a cookie that the server renders as data-theme: no flash at the next page.
export function wireTheme() {
  const box = document.querySelector("[data-theme-choice]");
  if (!box) return;
  const root = document.documentElement;
  const mark = () => {
    for (const button of box.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === (root.dataset.theme ?? "")));
    }
  };
  box.hidden = false;
  mark();
  box.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.value) root.dataset.theme = button.value;
    else delete root.dataset.theme;
    const age = button.value ? 31536000 : 0;
    document.cookie = `theme=${button.value};path=/;max-age=${age};SameSite=Lax${location.protocol === "https:" ? ";Secure" : ""}`;
    mark();
  });
}
