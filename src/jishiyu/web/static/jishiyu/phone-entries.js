// Entries of a visit as they stand: what the server has and what waits on this phone, without what was replaced.

export const ONE_VALUE = ["check", "reading", "note", "photo"];

export function standing(visit, queue) {
  const waiting = queue.filter((one) => one.visit === visit.id).map((one) => ({ ...one, waits: true }));
  const known = new Set(visit.entries.map((one) => one.client_id));
  const all = [...visit.entries, ...waiting.filter((one) => !known.has(one.client_id))];
  const replaced = new Set(all.filter((one) => !one.refused).flatMap((one) => one.replaces || []));
  return all.filter((one) => !replaced.has(one.client_id));
}

// The same but for the order of its keys: that the database sorts them makes no conflict.
const text = (content) => JSON.stringify(Object.entries(content).filter(([, said]) => said !== "").sort());
const same = (one, other) => text(one.content) === text(other.content) && (one.sha256 || "") === (other.sha256 || "");

// Groups of a kind by slot; in each group those that say the same are one.
export function slots(entries, kind) {
  const groups = new Map();
  for (const one of entries.filter((entry) => entry.kind === kind)) {
    const group = groups.get(one.slot) || [];
    if (!ONE_VALUE.includes(kind) || !group.some((other) => same(one, other))) group.push(one);
    groups.set(one.slot, group);
  }
  return groups;
}

// A new entry; what it replaces stays where it is.
export function made(kind, { account, visit, slot, replaces = [], content, picture = "" }) {
  const client_id = crypto.randomUUID();
  return {
    client_id, visit, kind, slot: slot || client_id, replaces: replaces.map((one) => one.client_id), content, picture,
    by: account, made_at: new Date().toISOString(), refused: "",
  };
}

// Say whether a number can be a reading: roughly what the server says exactly, so that a slip shows on the spot.
export function oddity(content, words) {
  const quantity = words.quantities.find((one) => one.name === content.quantity);
  const folded = content.value.replace(/\s/g, "").replace("\uff0e", ".").replace(/^[<>\u2264\u2265]/, "");
  const number = Number(folded.replace(/,(?=\d{3})/g, ""));
  if (!folded || Number.isNaN(number)) return "not_a_number";
  const unit = quantity && quantity.units.find(([symbol]) => symbol === content.unit);
  if (!quantity || !unit) return "odd";
  const base = (number + unit[2]) * unit[1];
  let { least, most } = quantity;
  const nominal = words.levels[content.voltage_level];
  if (content.quantity === "voltage" && nominal) {
    least = nominal * (content.voltage_level === "380V" ? 0.64 : 0.5);
    most = nominal * 1.5;
  }
  return base < least || base > most ? "odd" : "";
}

const SIDE = 1280, QUALITY = 0.8;

// A photo made small on the phone, as a data address; upright, as its camera says.
export async function scaled(file) {
  const picture = await createImageBitmap(file);
  const factor = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * factor));
  canvas.height = Math.max(1, Math.round(picture.height * factor));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas.toDataURL("image/jpeg", QUALITY);
}
