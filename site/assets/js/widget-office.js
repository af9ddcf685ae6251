// The page of the widget in the office: the preview is as high as its content, and the code is copied in one press.
const preview = () => document.querySelector("iframe[data-widget-preview]");

addEventListener("message", (event) => {
  const frame = preview();
  if (!frame || event.source !== frame.contentWindow || event.origin !== location.origin) return;
  const height = event.data?.hauteur;
  if (typeof height === "number" && height > 0 && height < 20000) frame.height = Math.ceil(height);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  const said = document.getElementById("annonce");
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    if (said) said.textContent = button.dataset.copied;
    button.querySelector("span").textContent = button.dataset.copied;
  } catch {
    // No permission, or no clipboard: the text is selected, ready for the keyboard.
    field.focus();
  }
});
