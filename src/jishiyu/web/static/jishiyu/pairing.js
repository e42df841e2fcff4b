// The pairing meeting: somebody of the resource list is dragged, or picked up by Enter, and put in the place of a member.
"use strict";

(() => {
  const form = document.getElementById("exchange");
  const said = document.getElementById("said");
  let picked = null;

  function pick(person) {
    if (picked) picked.setAttribute("aria-pressed", "false");
    picked = person === picked ? null : person;
    document.body.classList.toggle("picking", picked !== null);
    if (picked) picked.setAttribute("aria-pressed", "true");
    if (said) said.textContent = picked ? said.dataset.picked.replace("{name}", picked.textContent) : said.dataset.dropped;
  }

  // The server decides whether it may be: a rule that would break is told beside the need, and nothing is changed.
  async function exchange(member, code) {
    const data = new FormData(form);
    data.set("need", member.dataset.need);
    data.set("out", member.dataset.member);
    data.set("into", code);
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Meeting": "part" } });
    const card = member.closest(".card-need");
    const sentence = card.querySelector(".sentence");
    if (answer.status === 422) {
      sentence.textContent = await answer.text();
      sentence.hidden = false;
      return;
    }
    const way = new URL(answer.headers.get("X-Meeting") || location.href, location.href);
    const same = way.pathname === location.pathname && way.search === location.search;
    location.assign(way);
    if (same) location.reload();
  }

  if (form) {
    document.addEventListener("dragstart", (event) => {
      const person = event.target.closest && event.target.closest("[data-person]");
      if (!person) return;
      event.dataTransfer.setData("text/plain", person.dataset.person);
      event.dataTransfer.effectAllowed = "move";
    });
    document.addEventListener("dragover", (event) => {
      const member = event.target.closest("[data-member]");
      document.querySelectorAll(".over").forEach((one) => { if (one !== member) one.classList.remove("over"); });
      if (!member) return;
      event.preventDefault();
      member.classList.add("over");
    });
    document.addEventListener("drop", (event) => {
      const member = event.target.closest("[data-member]");
      const code = event.dataTransfer.getData("text/plain");
      if (!member || !document.querySelector(`[data-person="${CSS.escape(code)}"]`)) return;
      event.preventDefault();
      member.classList.remove("over");
      exchange(member, code);
    });
    document.addEventListener("click", (event) => {
      const person = event.target.closest("[data-person]");
      if (person) pick(person);
      const member = event.target.closest("[data-member]");
      if (member && picked) {
        event.preventDefault();
        exchange(member, picked.dataset.person);
        pick(null);
      }
    });
    document.addEventListener("keydown", (event) => {
      const person = event.target.closest("[data-person]");
      if (person && (event.key === "Enter" || event.key === " ")) {
        event.preventDefault();
        pick(person);
      }
      if (event.key === "Escape" && picked) pick(null);
    });
  }

  const narrow = document.getElementById("narrow");
  if (narrow) {
    narrow.addEventListener("input", () => {
      const wanted = narrow.value.trim().toLowerCase();
      document.querySelectorAll(".helpers li").forEach((one) => {
        one.hidden = wanted !== "" && !one.dataset.words.toLowerCase().includes(wanted);
      });
    });
  }
})();
