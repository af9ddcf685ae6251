// A saved reply is put into the field it stands above, after what is typed already.
document.addEventListener("change", (event) => {
  const list = event.target.closest("[data-saved-replies]");
  if (!list || !list.value) return;
  const field = document.getElementById(list.dataset.savedReplies);
  if (!field) return;
  field.value = [field.value.trimEnd(), list.value].filter(Boolean).join("\n\n");
  list.selectedIndex = 0;
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
});
