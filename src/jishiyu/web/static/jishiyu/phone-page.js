// The screens of the page for a phone: built of elements, never of text with markup in it.
import { made, oddity, scaled, slots, standing } from "./phone-entries.js";

const WORDS = Object.fromEntries([...document.querySelectorAll("[data-word]")].map((one) => [one.dataset.word, one.textContent.trim()]));
export const word = (name) => WORDS[name] || name;

export function el(tag, given = {}, ...inside) {
  const one = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name.startsWith("on")) one.addEventListener(name.slice(2), value);
    else if (value === true) one.setAttribute(name, "");
    else if (value !== false && value !== undefined) one.setAttribute(name, value);
  }
  one.append(...inside.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return one;
}

const button = (words, onclick, kind = "") => el("button", { type: "button", class: kind, onclick }, words);
const moment = (at) => new Date(at).toLocaleString(document.documentElement.lang, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });

// What is begun and not kept yet is carried over when the page is drawn again.
const FREE = "[data-draft]";
const pads = new Map();
let pressed = false;
export const signs = () => pressed; // a line is being drawn right now
const signing = new Map(); // visit → the signatures that the one being given replaces

export function begun(place) {
  const form = place.querySelector("#reading:not([hidden])");
  const texts = [...place.querySelectorAll(FREE)].filter((one) => one.value !== one.defaultValue).map((one) => [one.dataset.draft, one.value]);
  return { texts, reading: form ? { given: form.given, values: [...form.elements].filter((one) => one.name).map((one) => [one.name, one.value]) } : null };
}

export function resume(place, drafts) {
  for (const [name, value] of drafts.texts) {
    const one = [...place.querySelectorAll(FREE)].find((other) => other.dataset.draft === name);
    if (one) one.value = value;
  }
  const form = place.querySelector("#reading");
  if (!drafts.reading || !form) return;
  form.hidden = false;
  form.start(drafts.reading.given);
  form.fill(drafts.reading.values);
}

export function list(data, queue, { open, again }) {
  const visits = data.visits.length ? known(data, queue, open) : el("p", {}, word("none"));
  const beside = queue.filter((one) => one.by === data.account && !data.visits.some((visit) => visit.id === one.visit));
  return beside.length ? el("div", {}, visits, orphans(data, beside, again)) : visits;
}

// What waits for a visit that is no longer among those of this phone is shown here, or nobody would see it.
function orphans(data, entries, again) {
  const rows = entries.map((one) => el("li", { "data-orphan": one.client_id }, one.picture ? el("img", { src: one.picture, alt: word(one.kind === "photo" ? "photo" : "signature") }) : null,
    el("span", {}, [one.content.point || one.content.name, one.kind === "reading" ? measured(data, one.content) : "", one.content.state ? word(`check_${one.content.state}`) : "", one.content.words].filter(Boolean).join(" · ")), " ",
    trace({ again }, { ...one, waits: true })));
  return el("section", { "aria-labelledby": "part-beside" }, el("h2", { id: "part-beside" }, word("beside")), el("ul", { class: "lines" }, rows));
}

function known(data, queue, open) {
  return el("ul", { class: "visits" }, data.visits.map((visit) => {
    const waiting = queue.filter((one) => one.visit === visit.id).length;
    return el("li", {}, el("button", { type: "button", "data-visit": visit.id, onclick: () => open(visit.id) },
      el("strong", {}, `${visit.on} ${visit.half}`), el("span", {}, visit.enterprise), el("span", { class: "quiet" }, visit.item || visit.words),
      el("span", { class: `state state-${visit.state}` }, word(visit.state)),
      waiting ? el("span", { class: "state state-waiting" }, `${waiting} ${word("waiting")}`) : null));
  }));
}

// One visit; `note(entry)` keeps an entry and draws the page again, `again(entry)` sends a refused one once more.
export function visit(one, data, queue, { note, again, back, whole }) {
  const all = standing(one, queue), words = data.words, may = !one.frozen;
  const context = { one, all, words, may, note, again, account: data.account };
  return el("div", {},
    el("p", { class: "ways" }, button(word("back"), back), el("a", { href: whole }, word("whole"))),
    one.frozen ? el("p", { class: "warning" }, word("frozen")) : null,
    facts(one), checks(context), readings(context), photos(context), notes(context), signatures(context));
}

function facts(one) {
  const rows = [
    ["address", one.address], ["need", `${one.number} ${one.words}`], ["team", one.team.join(", ")], ["steward", one.steward],
    ["supply", [one.level, one.kva ? `${one.kva} kVA` : ""].filter(Boolean).join(" · ")],
  ];
  return el("dl", {}, rows.filter(([, said]) => said).flatMap(([name, said]) => [el("dt", {}, word(name)), el("dd", {}, said)]));
}

function keep(context, kind, given) {
  return context.note(made(kind, { account: context.account, visit: context.one.id, ...given }));
}

function part(name, ...inside) {
  return el("section", { "aria-labelledby": `part-${name}` }, el("h2", { id: `part-${name}` }, word(name)), ...inside);
}

// Who noted it and when, and what has become of it on its way.
function trace(context, entry) {
  return [
    el("small", {}, `${entry.by} · ${moment(entry.made_at)}`, entry.waits ? ` · ${word("unsent")}` : ""),
    entry.told ? el("p", { class: "warning" }, entry.told) : null,
    entry.refused ? el("p", { class: "stop" }, `${word("refused")} ${entry.refused} `, button(word("again"), () => context.again(entry))) : null,
  ];
}

// Two values of one line: both are shown, and choosing one keeps a new entry that replaces all of them.
function conflict(context, kind, group, shown) {
  return el("div", { class: "conflict", role: "group" }, el("p", {}, word("conflict")), group.map((entry) => el("div", {},
    shown(entry), trace(context, entry),
    context.may && kind !== "photo" ? button(word("choose"), () => keep(context, kind, { slot: entry.slot, replaces: group, content: entry.content })) : null)));
}

function checks(context) {
  const noted = slots(context.all, "check"), plan = context.one.plan.map((line) => line.key);
  const beside = [...noted.keys()].filter((key) => !plan.includes(key)).map((key) => ({ key, words: key }));
  const lines = [...context.one.plan, ...beside].map((line) => {
    const group = noted.get(line.key) || [];
    return el("li", { "data-line": line.key }, el("strong", {}, line.words),
      group.length > 1 ? conflict(context, "check", group, (entry) => el("p", {}, state(entry.content.state), " ", entry.content.words || "")) : check(context, line, group[0]));
  });
  return part("checks", el("ol", { class: "lines" }, lines));
}

const state = (name) => el("span", { class: `state state-${name}` }, word(`check_${name}`));

function check(context, line, now) {
  const content = now ? now.content : {}, replaces = now ? [now] : [];
  const words = el("input", { type: "text", value: content.words || "", maxlength: 500, "data-draft": `check-${line.key}`, "aria-label": `${word("check_words")}: ${line.words}`, placeholder: word("check_words") });
  const say = (name) => keep(context, "check", { slot: line.key, replaces, content: { state: name, words: words.value.trim() } });
  const choices = ["done", "problem", "skipped"].map((name) => el("button", {
    type: "button", "data-check": name, class: content.state === name ? "chosen" : "", "aria-pressed": String(content.state === name), onclick: () => say(name),
  }, word(`check_${name}`)));
  words.addEventListener("change", () => { if (content.state) say(content.state); });
  if (!context.may) return el("div", {}, content.state ? state(content.state) : null, ` ${content.words || ""}`);
  return el("div", {}, el("div", { class: "choices", role: "group", "aria-label": line.words }, choices), words,
    line.quantity ? button(word("measure"), () => openReading({ quantity: line.quantity, kind: line.kind, unit: line.unit, point: line.point, line: line.key })) : null,
    now ? trace(context, now) : null);
}

function openReading(given) {
  const form = document.querySelector("#reading");
  form.hidden = false;
  form.start(given);
  form.scrollIntoView({ block: "start" });
  form.querySelector("[name=point]").focus();
}

function readings(context) {
  const groups = [...slots(context.all, "reading").values()].filter((group) => group.length > 1 || !group[0].content.removed);
  const rows = groups.map((group) => el("li", { "data-reading": group[0].slot }, group.length > 1
    ? conflict(context, "reading", group, (entry) => el("p", {}, entry.content.removed ? `${word("remove")}: ` : "", measured(context, entry.content)))
    : [el("strong", {}, group[0].content.point || "?"), " ", measured(context, group[0].content), " ", trace(context, group[0]),
      context.may ? el("p", { class: "ways" }, button(word("change"), () => openReading({ ...group[0].content, replaced: group })),
        button(word("remove"), () => keep(context, "reading", { slot: group[0].slot, replaces: group, content: { ...group[0].content, removed: "1" } }))) : null]));
  return part("readings", rows.length ? el("ul", { class: "lines" }, rows) : el("p", {}, word("no_readings")), context.may ? reading(context) : null);
}

function measured(context, content) {
  const quantity = context.words.quantities.find((one) => one.name === content.quantity);
  const unit = content.unit === "1" ? "" : content.unit || "";
  return [quantity ? quantity.words : content.quantity || "?", content.phase, `${content.value || "?"} ${unit}`].filter(Boolean).join(" ");
}

function field(name, control, words = word(name)) {
  return el("label", {}, words, control);
}

function options(select, rows, chosen, empty) {
  const all = empty === undefined ? rows : [["", empty], ...rows];
  const known = all.some(([value]) => value === (chosen || ""));
  select.replaceChildren(...(known || !chosen ? all : [...all, [chosen, chosen]]).map(([value, said]) => el("option", { value, selected: value === (chosen || "") }, said || value)));
}

// The form of a reading; what was entered last (point, instrument, level) is offered again.
function reading(context) {
  const { words } = context, last = context.all.filter((one) => one.kind === "reading").at(-1)?.content || {};
  const control = {
    point: el("input", { name: "point", type: "text", required: true, maxlength: 60, list: "points", autocomplete: "off" }),
    quantity: el("select", { name: "quantity" }), value: el("input", { name: "value", type: "text", inputmode: "decimal", required: true, maxlength: 30, autocomplete: "off" }),
    unit: el("select", { name: "unit" }), phase: el("select", { name: "phase" }), voltage_level: el("select", { name: "voltage_level" }),
    kind: el("select", { name: "kind" }), rated_ma: el("input", { name: "rated_ma", type: "text", inputmode: "decimal", maxlength: 12 }),
    instrument: el("input", { name: "instrument", type: "text", maxlength: 80 }), remark: el("input", { name: "remark", type: "text", maxlength: 200 }),
  };
  const points = el("datalist", { id: "points" }, [...new Set(context.all.map((one) => one.content.point).filter(Boolean))].map((name) => el("option", { value: name })));
  const hint = el("p", { class: "warning", hidden: true, role: "status" });
  const labels = { point: "point", quantity: "quantity", value: "value", unit: "unit", phase: "phase", voltage_level: "level", kind: "kind", rated_ma: "rated", instrument: "instrument", remark: "remark" };
  const form = el("form", { id: "reading", hidden: true, novalidate: true }, points,
    Object.entries(control).map(([name, input]) => field(name, input, word(labels[name]))), hint,
    el("p", { class: "ways" }, el("button", { type: "submit", class: "main" }, word("keep")), button(word("give_up"), () => { form.hidden = true; })));
  const rated = control.rated_ma.parentElement;
  const content = () => Object.fromEntries(Object.entries(control).map(([name, input]) => [name, input.value.trim()]).filter(([, said]) => said));
  const units = (chosen) => {
    const quantity = words.quantities.find((one) => one.name === control.quantity.value);
    options(control.unit, (quantity ? quantity.units : []).map(([symbol]) => [symbol, symbol === "1" ? "1" : symbol]), chosen || (quantity ? quantity.units[0][0] : ""));
    rated.hidden = !control.quantity.value.startsWith("trip_");
  };
  const look = () => {
    const odd = control.value.value ? oddity({ value: "", ...content() }, words) : "";
    hint.hidden = !odd;
    hint.textContent = odd ? word(odd) : "";
  };
  form.start = (given) => {
    const start = { instrument: last.instrument, voltage_level: last.voltage_level || context.one.level, point: last.point, ...Object.fromEntries(Object.entries(given).filter(([, said]) => said)) };
    options(control.quantity, words.quantities.map((one) => [one.name, one.words]), start.quantity || "voltage");
    units(start.unit);
    options(control.phase, words.phases.filter(Boolean).map((name) => [name, name]), start.phase, word("no_phase"));
    options(control.voltage_level, Object.keys(words.levels).map((name) => [name, name]), start.voltage_level, word("choose_one"));
    options(control.kind, words.kinds, start.kind, word("choose_one"));
    for (const name of ["point", "value", "rated_ma", "instrument", "remark"]) control[name].value = start[name] || "";
    form.given = given;
    look();
  };
  form.fill = (values) => {
    const said = Object.fromEntries(values);
    control.quantity.value = said.quantity;
    units(said.unit);
    for (const [name, value] of values) control[name].value = value;
    look();
  };
  control.quantity.addEventListener("change", () => { units(); look(); });
  form.addEventListener("input", look);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    for (const name of ["point", "value"]) {
      if (!control[name].value.trim()) { control[name].focus(); return; }
    }
    form.hidden = true;
    const replaced = form.given.replaced || [], measuredAt = replaced.length ? form.given.measured_at : new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
    const more = Object.fromEntries(Object.entries({ measured_at: measuredAt, line: form.given.line }).filter(([, said]) => said));
    keep(context, "reading", { slot: replaced.length ? replaced[0].slot : undefined, replaces: replaced, content: { ...content(), ...more } });
  });
  form.start({});
  return [form, button(word("measure"), () => openReading({}), "main")];
}

function photos(context) {
  const groups = [...slots(context.all, "photo").values()].filter((group) => !group[0].content.removed);
  const rows = groups.map((group) => el("li", {}, group[0].picture ? el("img", { src: group[0].picture, alt: group[0].content.point || word("photos") }) : group[0].file ? el("a", { href: group[0].file }, word("photo")) : null, " ",
    el("span", {}, [group[0].content.point, group[0].content.words].filter(Boolean).join(" · ")), " ", trace(context, group[0])));
  const point = el("input", { type: "text", list: "points", maxlength: 60, "data-draft": "photo", "aria-label": word("photo_of"), placeholder: word("photo_of") });
  const problem = el("p", { class: "stop", hidden: true, role: "alert" });
  const camera = el("input", { type: "file", accept: "image/*", capture: "environment", id: "camera" });
  camera.addEventListener("change", async () => {
    try {
      for (const file of camera.files) await keep(context, "photo", { content: point.value.trim() ? { point: point.value.trim() } : {}, picture: await scaled(file) });
    } catch {
      problem.hidden = false;
      problem.textContent = word("no_picture");
    }
  });
  return part("photos", el("ul", { class: "lines" }, rows), context.may ? [point, el("label", { class: "file", for: "camera" }, word("take_photo")), camera, problem] : null);
}

function notes(context) {
  const groups = [...slots(context.all, "note").values()].filter((group) => group.length > 1 || !group[0].content.removed);
  const rows = groups.map((group) => el("li", {}, group.length > 1 ? conflict(context, "note", group, (entry) => el("p", {}, entry.content.words)) : [el("span", {}, group[0].content.words), " ", trace(context, group[0])]));
  const words = el("textarea", { rows: 3, maxlength: 2000, "aria-label": word("write_note"), "data-draft": "note", id: "note" });
  const say = () => {
    const said = words.value.trim();
    words.value = "";
    if (said) keep(context, "note", { content: { words: said } });
  };
  return part("notes", rows.length ? el("ul", { class: "lines" }, rows) : null, context.may ? [words, button(word("keep_words"), say)] : null);
}

// Who has signed stands with the picture; the form is there until somebody has, and when a signature is given again or
// another one is added.
function signatures(context) {
  const visit = context.one.id, all = context.all.filter((one) => one.kind === "signature");
  const begun_ = !all.length || signing.has(visit) || pads.has(visit);
  const form = context.may ? signature(context, all, begun_) : null;
  const open = (replaced) => {
    signing.set(visit, replaced);
    form.hidden = false;
    another.hidden = true;
    form.scrollIntoView({ block: "nearest" });
    form.querySelector("input").focus();
  };
  const another = el("p", { class: "ways", hidden: begun_ }, button(word("another_signature"), () => open([])));
  const rows = all.map((one) => el("li", { "data-signature": one.client_id },
    `${word("signed")} ${one.content.name} ${one.content.title || ""} `, pictured(one), trace(context, one),
    context.may ? el("p", { class: "ways" }, button(word("sign_again"), () => open([one]))) : null));
  return part("signature", el("ul", { class: "lines" }, rows), form, context.may ? another : null);
}

const pictured = (one) => (one.picture || one.file ? el("img", { src: one.picture || one.file, alt: `${word("signature")}: ${one.content.name}` }) : null);

function signature(context, all, open) {
  const visit = context.one.id;
  const name = el("input", { type: "text", maxlength: 60, id: "signer", "data-draft": "signer" }), title = el("input", { type: "text", maxlength: 60, "data-draft": "title" });
  const canvas = el("canvas", { width: 660, height: 240, "aria-label": word("sign_here"), role: "img" });
  const problem = el("p", { class: "stop", hidden: true, role: "alert" });
  const pen = canvas.getContext("2d");
  const clear = () => { pads.delete(visit); pen.fillStyle = "#fff"; pen.fillRect(0, 0, canvas.width, canvas.height); };
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height];
  };
  Object.assign(pen, { lineWidth: 4, lineCap: "round", lineJoin: "round", strokeStyle: "#1f2329" });
  canvas.addEventListener("pointerdown", (event) => { pressed = true; canvas.setPointerCapture(event.pointerId); pen.beginPath(); pen.moveTo(...place(event)); });
  canvas.addEventListener("pointermove", (event) => { if (event.buttons) { pen.lineTo(...place(event)); pen.stroke(); } });
  canvas.addEventListener("pointerup", () => pads.set(visit, pen.getImageData(0, 0, canvas.width, canvas.height)));
  canvas.addEventListener("lostpointercapture", () => { pressed = false; });
  const begun_ = pads.get(visit);
  clear();
  if (begun_) { pen.putImageData(begun_, 0, 0); pads.set(visit, begun_); }
  const shut = () => {
    name.value = title.value = "";
    clear();
    signing.delete(visit);
  };
  const say = () => {
    problem.hidden = Boolean(pads.has(visit) && name.value.trim());
    problem.textContent = word("sign_first");
    if (!problem.hidden) return;
    const content = { name: name.value.trim(), title: title.value.trim() }, picture = canvas.toDataURL("image/png"), replaces = signing.get(visit) || [];
    shut();
    keep(context, "signature", { content, picture, replaces });
  };
  const form = el("div", { id: "signing", hidden: !open }, field("signer", name), field("signer_title", title), el("p", {}, word("sign_here")), canvas, problem,
    el("p", { class: "ways" }, button(word("keep"), say, "main"), button(word("clear"), clear),
      all.length ? button(word("give_up"), () => { shut(); form.hidden = true; form.nextElementSibling.hidden = false; }) : null));
  return form;
}
