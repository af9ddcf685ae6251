// What a field holds is copied in one press of the button that names it.
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
