// Sliders and brackets of the laboratory: a slider and its number say the same, and every change asks once it rests.
"use strict";

const QUESTION = document.getElementById("question");
const RESTS = 120; // milliseconds without a further movement
let waiting;

function ask() {
  clearTimeout(waiting);
  waiting = setTimeout(() => htmx.trigger(QUESTION, "moved"), RESTS);
}

function written(kind, value) {
  if (kind === "yuan") return Number(value).toFixed(2);
  return kind === "rate" ? `${Number(value)} %` : value;
}

QUESTION.addEventListener("input", (event) => {
  const slider = event.target.closest("[data-slider]");
  if (!slider) return;
  const [range, text] = slider.querySelectorAll("input");
  if (event.target === range) text.value = written(slider.dataset.kind, range.value);
  else if (!Number.isNaN(parseFloat(text.value))) range.value = parseFloat(text.value);
  slider.classList.toggle("slider-changed", text.value !== text.defaultValue);
  if (event.target === range) ask();
});

QUESTION.addEventListener("change", (event) => {
  if (event.target.closest("[data-slider], [data-bracket], #scale")) ask();
});

function add(edge, rate) {
  const row = document.getElementById("bracket").content.firstElementChild.cloneNode(true);
  const [edges, rates] = row.querySelectorAll("input");
  edges.value = edge;
  rates.value = rate;
  document.getElementById("brackets").append(row);
  return edges;
}

QUESTION.addEventListener("click", (event) => {
  if (event.target.closest("[data-add-bracket]")) add("", "").focus();
  const drop = event.target.closest("[data-drop-bracket]");
  if (drop) {
    drop.closest("[data-bracket]").remove();
    ask();
  }
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-use-brackets]")) return;
  const found = JSON.parse(document.getElementById("found-brackets").textContent);
  document.getElementById("brackets").replaceChildren();
  found.forEach(([edge, rate]) => add(edge, rate));
  document.getElementById("scale").value = "whole_amount";
  ask();
});
