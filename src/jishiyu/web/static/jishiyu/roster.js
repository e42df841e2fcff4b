// Opens and closes the branches of the tree of unions; htmx fetches a branch when it is opened for the first time.
"use strict";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-opens]");
  if (!button) return;
  const open = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!open));
  document.getElementById(button.dataset.opens).hidden = open;
});

// The tree beside a list stays as it was left on this machine, as long as no union was chosen.
document.querySelectorAll(".tree > details[data-remembers]").forEach((one) => {
  const kept = localStorage.getItem(one.dataset.remembers);
  if (kept && !one.querySelector("[aria-current]")) one.open = kept === "open";
  one.addEventListener("toggle", () => localStorage.setItem(one.dataset.remembers, one.open ? "open" : "closed"));
});
