// The service worker of the page for a phone: keeps the shell and its files, and gives them without connection.
// The line above it (`KEPT`) is written by the server: shell, files, and a version that changes with any of them.
"use strict";

const CACHE = `visits-${KEPT.version}`;

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(forget().then(() => self.clients.claim())));

self.addEventListener("fetch", (event) => {
  const asked = new URL(event.request.url);
  if (event.request.method !== "GET" || asked.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && asked.pathname === KEPT.shell) event.respondWith(shell(event));
  else if (KEPT.files.includes(asked.pathname)) event.respondWith(file(event.request));
});

// All of it or nothing: a shell that is the sign-in page would lock everybody out on site.
async function keep() {
  const cache = await caches.open(CACHE);
  for (const path of [KEPT.shell, ...KEPT.files]) {
    const answer = await fetch(path, { cache: "no-cache", credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error(`${path}: ${answer.status}`);
    await cache.put(path, answer);
  }
}

async function forget() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("visits-") && name !== CACHE).map((name) => caches.delete(name)));
}

// What is kept is shown at once, and fetched anew for the next time (another language, another session).
async function shell(event) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(KEPT.shell);
  const fresh = fetch(event.request).then(async (answer) => {
    if (answer.ok && !answer.redirected) await cache.put(KEPT.shell, answer.clone());
    return answer;
  });
  if (!kept) return fresh;
  event.waitUntil(fresh.catch(() => null));
  return kept;
}

async function file(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request, { ignoreSearch: true })) || fetch(request);
}
