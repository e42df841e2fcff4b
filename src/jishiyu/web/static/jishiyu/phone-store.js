// What lies on the phone: visits as they were fetched, entries that wait, and how they are sent. Nothing is ever lost:
// an entry leaves the queue only when the server says that it is stored.

const NAME = "jishiyu-visits", VERSION = 1;
const AT_ONCE = 20, TIMEOUT = 30_000;
let opened;

function database() {
  opened ||= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("kept");
      asked.result.createObjectStore("queue", { keyPath: "seq", autoIncrement: true }).createIndex("id", "client_id", { unique: true });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

// Run some requests in one transaction and wait until it is on the disk.
async function run(store, mode, work) {
  const transaction = (await database()).transaction(store, mode, { durability: "strict" });
  const asked = work(transaction.objectStore(store));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(asked && asked.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

export const kept = (name) => run("kept", "readonly", (store) => store.get(name));
export const keep = (name, value) => run("kept", "readwrite", (store) => store.put(value, name));
export const queued = () => run("queue", "readonly", (store) => store.getAll());
export const enqueue = (entry) => run("queue", "readwrite", (store) => store.add(entry));
const update = (entry) => run("queue", "readwrite", (store) => store.put(entry));
const dequeue = (entries) => run("queue", "readwrite", (store) => { entries.forEach((one) => store.delete(one.seq)); });

// Ask the server; `signedOut` where it answers with the way to the sign-in page, `offline` where it does not answer.
async function ask(path, options = {}) {
  const stop = new AbortController(), timer = setTimeout(() => stop.abort(), TIMEOUT);
  try {
    const answer = await fetch(path, { ...options, redirect: "manual", credentials: "same-origin", signal: stop.signal });
    if (answer.type === "opaqueredirect") return { signedOut: true };
    const json = (answer.headers.get("Content-Type") || "").includes("json") ? await answer.json() : {};
    return { status: answer.status, json };
  } catch {
    return { offline: true };
  } finally {
    clearTimeout(timer);
  }
}

export async function fetchData(path) {
  const answer = await ask(path);
  if (answer.status === 200 && answer.json.visits) {
    carry(await kept("data"), answer.json);
    await keep("data", answer.json);
    return { data: answer.json };
  }
  return answer.signedOut ? { signedOut: true } : { offline: true };
}

// A signature that was given on this phone is shown without connection too.
function carry(before, data) {
  const signed = (all) => (all ? all.visits : []).flatMap((one) => one.entries).filter((one) => one.kind === "signature");
  const pictures = new Map(signed(before).filter((one) => one.picture).map((one) => [one.client_id, one.picture]));
  for (const one of signed(data)) one.picture = pictures.get(one.client_id) || "";
}

// Send what waits, oldest first, a picture by itself; stops where there is no answer. Returns whether anything was sent.
export async function send(path, data) {
  let sent = false;
  for (;;) {
    const mine = (await queued()).filter((one) => one.by === data.account && !one.refused);
    if (!mine.length) return { sent };
    const visit = mine[0].visit, batch = [];
    for (const one of mine) {
      if (one.visit !== visit || batch.length === AT_ONCE || (one.picture && batch.length)) break;
      batch.push(one);
      if (one.picture) break;
    }
    const body = JSON.stringify({ entries: batch.map(({ seq, visit: _visit, refused, ...entry }) => entry) });
    const headers = { "Content-Type": "application/json", "X-CSRFToken": data.token };
    const answer = await ask(path.replace("/0/", `/${visit}/`), { method: "POST", body, headers });
    if (answer.signedOut) return { sent, signedOut: true };
    if (answer.offline || answer.status >= 500) return { sent, offline: true };
    if (answer.status === 403) return { sent, signedOut: true };
    if (answer.status !== 200) {
      for (const one of batch) await update({ ...one, refused: answer.json.sentence || String(answer.status) });
      continue;
    }
    const stored = new Set(answer.json.stored);
    await remember(data, visit, batch.filter((one) => stored.has(one.client_id)), answer.json.told || {});
    await dequeue(batch.filter((one) => stored.has(one.client_id)));
    for (const one of batch.filter((other) => !stored.has(other.client_id))) {
      await update({ ...one, refused: answer.json.refused[one.client_id] || "?" });
    }
    sent = true;
  }
}

// What is stored there stands here too from now on, also where the next answer is long in coming.
async function remember(data, id, entries, told) {
  const one = data.visits.find((other) => other.id === id);
  if (!one) return;
  const known = new Set(one.entries.map((other) => other.client_id));
  const replaced = new Set(entries.flatMap((other) => other.replaces));
  const fresh = entries.filter((other) => !known.has(other.client_id)).map(({ seq, visit, refused, ...entry }) => ({ ...entry, told: told[entry.client_id] || "" }));
  one.entries = [...one.entries, ...fresh].filter((other) => !replaced.has(other.client_id));
  await keep("data", data);
}

export async function sendAgain(entry) {
  await update({ ...entry, refused: "" });
}
