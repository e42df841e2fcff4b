// A need list grows and shrinks on the page; without this script it has one line.
"use strict";

const place = document.querySelector("[data-lines]");
const template = document.querySelector("[data-line-template]");
const add = document.querySelector("[data-add-line]");
const MOST = 20;

function renumber() {
  const lines = [...place.querySelectorAll("[data-line]")];
  lines.forEach((line, at) => {
    line.querySelector("[data-line-number]").textContent = at + 1;
    line.querySelector("[data-remove-line]").hidden = lines.length < 2;
  });
  add.hidden = lines.length >= MOST;
}

if (place && template && add) {
  let next = place.querySelectorAll("[data-line]").length;
  place.querySelectorAll("textarea[name$='-words']").forEach((one) => {
    next = Math.max(next, Number(one.name.slice(1).split("-")[0]) + 1);
  });
  add.addEventListener("click", () => {
    const fresh = template.content.cloneNode(true);
    fresh.querySelectorAll("*").forEach((one) => {
      for (const name of ["id", "name", "for", "aria-describedby"]) {
        const value = one.getAttribute(name);
        if (value) one.setAttribute(name, value.replaceAll("n__n__", `n${next}`));
      }
    });
    next += 1;
    place.append(fresh);
    renumber();
    place.lastElementChild.querySelector("textarea").focus();
  });
  place.addEventListener("click", (event) => {
    if (!event.target.closest("[data-remove-line]")) return;
    event.target.closest("[data-line]").remove();
    renumber();
  });
  renumber();
}
