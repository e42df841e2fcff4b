// "/" goes to the box that finds anything, from anywhere but a field.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const box = document.getElementById("find-large") || document.getElementById("find-box");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});
