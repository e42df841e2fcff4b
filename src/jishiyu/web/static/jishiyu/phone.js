// The page of a visit on a phone: opens without connection, keeps what is entered, sends it when there is one.
import { enqueue, fetchData, kept, queued, send, sendAgain } from "./phone-store.js";
import { begun, el, list, resume, signs, visit, word } from "./phone-page.js";

const PATHS = document.body.dataset, EVERY = 20_000;
const connection = document.querySelector("#connection"), notice = document.querySelector("#notice");
const place = document.querySelector("#place"), title = document.querySelector("#title");
let data, state = "", busy = false, asked = false, drawn = 0;

if ("serviceWorker" in navigator) navigator.serviceWorker.register(PATHS.worker);
if (navigator.storage?.persist) navigator.storage.persist();

const shown = () => Number((location.hash.match(/^#visit-(\d+)$/) || [])[1] || 0);

async function draw() {
  const queue = await queued(), id = shown();
  const one = data && data.visits.find((other) => other.id === id);
  title.textContent = one ? one.enterprise : word("my_visits");
  status(queue);
  const drafts = id === drawn ? begun(place) : null;
  drawn = id;
  if (!data) place.replaceChildren(el("p", {}, word("not_opened")));
  else if (one) place.replaceChildren(visit(one, data, queue, { note, again, back: () => { location.hash = ""; }, whole: PATHS.visit.replace("/0", `/${one.id}`) }));
  else place.replaceChildren(list(data, queue, { open: (chosen) => { location.hash = `visit-${chosen}`; }, again }));
  if (drafts) resume(place, drafts);
}

function status(queue) {
  const mine = data ? queue.filter((one) => one.by === data.account) : queue;
  const others = [...new Set(queue.filter((one) => data && one.by !== data.account).map((one) => one.by))];
  const waiting = mine.length ? `${mine.length} ${word("waiting")}` : "";
  const said = { offline: word("offline"), sending: word("sending"), signedOut: "", "": mine.length ? "" : word("online") }[state];
  connection.textContent = [said, waiting].filter(Boolean).join(" ");
  connection.dataset.state = state || (mine.length ? "waiting" : "sent");
  connection.dataset.waiting = queue.length;
  const told = [];
  if (state === "signedOut") told.push(el("p", { class: "warning" }, word("signed_out"), " ", el("a", { href: PATHS.signIn }, word("sign_in"))));
  if (others.length) told.push(el("p", { class: "warning" }, `${word("other_account")} ${others.join(", ")}`));
  notice.replaceChildren(...told);
}

// Keep an entry: on the disk first, then on the screen, then on its way.
async function note(entry) {
  try {
    await enqueue(entry);
  } catch {
    notice.replaceChildren(el("p", { class: "stop" }, word("full")));
    return;
  }
  await draw();
  sync();
}

async function again(entry) {
  const { waits, ...own } = entry;
  await sendAgain(own);
  await draw();
  sync();
}

// Fetch what is new, send what waits, fetch again what became of it. One at a time, also with several windows.
async function sync() {
  if (busy) { asked = true; return; }
  busy = true;
  do {
    asked = false;
    try {
      await (navigator.locks ? navigator.locks.request("visits-sync", once) : once());
    } catch (error) {
      console.info(error);
      state = "offline";
    }
    if (writing()) status(await queued());
    else await draw();
  } while (asked && state !== "offline" && state !== "signedOut");
  busy = false;
}

async function once() {
  const found = await fetchData(PATHS.data);
  if (!found.data) { state = found.signedOut ? "signedOut" : "offline"; return; }
  data = found.data;
  state = (await queued()).some((one) => one.by === data.account && !one.refused) ? "sending" : "";
  if (state) status(await queued());
  const sent = await send(PATHS.send, data);
  state = sent.signedOut ? "signedOut" : sent.offline ? "offline" : "";
  if (sent.sent) {
    const after = await fetchData(PATHS.data);
    if (after.data) data = after.data;
  }
  await speak();
}

// The shell that was kept speaks another language than was chosen since: keep a fresh one, and open it.
async function speak() {
  if (!("caches" in window) || data.language.slice(0, 2) === document.documentElement.lang.slice(0, 2) || writing()) return;
  const fresh = await fetch(location.pathname, { cache: "no-cache", credentials: "same-origin" });
  if (!fresh.ok || fresh.redirected || fresh.headers.get("Content-Language") !== data.language) return;
  const names = (await caches.keys()).filter((name) => name.startsWith("visits-"));
  await Promise.all(names.map(async (name) => (await caches.open(name)).put(location.pathname, fresh.clone())));
  if (names.length) location.reload();
}

// Somebody is writing or signing: what arrives meanwhile is drawn when they have finished.
const writing = () => signs() || document.activeElement?.matches("#place input, #place textarea, #place select");

window.addEventListener("hashchange", async () => { await draw(); window.scrollTo(0, 0); });
window.addEventListener("online", () => sync());
window.addEventListener("offline", async () => { state = "offline"; status(await queued()); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) sync(); });
setInterval(() => { if (!document.hidden) sync(); }, EVERY);

data = await kept("data");
await draw();
await sync();
