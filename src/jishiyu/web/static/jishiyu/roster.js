// Opens and closes the branches of the tree of unions; htmx fetches a branch when it is opened for the first time.
"use strict";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-opens]");
  if (!button) return;
  const open = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!open));
  document.getElementById(button.dataset.opens).hidden = open;
});
