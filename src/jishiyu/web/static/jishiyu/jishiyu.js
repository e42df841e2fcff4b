// Small behaviour for every page. No inline script, no eval: the content policy forbids both.
"use strict";

document.addEventListener("submit", (event) => {
  const sentence = event.target.dataset.confirm;
  if (sentence && !window.confirm(sentence)) {
    event.preventDefault();
    return;
  }
  // A second click must not send a form twice.
  if (event.target.dataset.once !== undefined) {
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "1";
  }
}, true);

document.addEventListener("change", (event) => {
  const target = event.target;
  if (target.matches("[data-submits]")) target.form.requestSubmit();
  if (target.matches("[data-selects-all]")) {
    target.closest("form").querySelectorAll("input[name=selected]").forEach((box) => { box.checked = target.checked; });
  }
  const form = target.closest("form[data-selection]");
  if (form) selected(form);
});

// Return in a box that finds as one types must not send the form around it.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("[data-finds]")) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  const copier = event.target.closest("[data-copies]");
  if (copier) navigator.clipboard.writeText(document.querySelector(copier.dataset.copies).textContent);
});

// On a phone the list comes first: what narrows it is folded away while nothing narrows it.
if (window.matchMedia("(max-width: 575.98px)").matches) {
  document.querySelectorAll("details[data-folds]").forEach((one) => {
    const asked = [...one.querySelectorAll("input, select")].some((field) => field.value);
    one.open = asked && one.dataset.folds !== "always";
  });
}

// Paper has no summary to click on: tables behind one are printed, and closed again afterwards.
window.addEventListener("beforeprint", () => {
  document.querySelectorAll("details:not([open])").forEach((one) => { one.dataset.opened = ""; one.open = true; });
});
window.addEventListener("afterprint", () => {
  document.querySelectorAll("details[data-opened]").forEach((one) => { delete one.dataset.opened; one.open = false; });
});

// "Select all N found" is a second step: it appears once the whole page is selected.
function selected(form) {
  const boxes = [...form.querySelectorAll("input[name=selected]")];
  const count = boxes.filter((box) => box.checked).length;
  form.querySelectorAll("[data-selected-count]").forEach((place) => { place.textContent = count; });
  form.querySelectorAll("[data-needs-selection]").forEach((button) => { button.disabled = count === 0; });
  const offer = form.querySelector("[data-all-found]");
  if (offer) {
    offer.hidden = boxes.length === 0 || count < boxes.length;
    if (offer.hidden) offer.querySelector("input").checked = false;
  }
}
