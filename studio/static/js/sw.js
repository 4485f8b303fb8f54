// The worker that opens the form without a network. Its first lines, the release and Waiting, are put before by the server.
// It keeps two pages and what they name, each time anew as a whole, and nothing else; whoever signs in or out finds it empty.
const ROOT = new URL(self.registration.scope).pathname;
const FORM = ROOT + "file", NO_NETWORK = ROOT + "offline";
const KEPT = "studio-pages-";
const SLOW = 4000;  // ms that a page may take before the kept form is opened instead
const NAMED = /(?:src|href)="([^"]*\/static\/[^"]*\?v=[^"]*)"/g;
let forgotten = 0;

Waiting.address = ROOT + "file/kept";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([
    self.clients.claim(),
    self.registration.navigationPreload ? self.registration.navigationPreload.enable() : null,
  ]));
});

self.addEventListener("message", (event) => {
  if (event.data.keep) event.waitUntil(keep(JSON.stringify([RELEASE, event.data.keep])));
});

self.addEventListener("sync", (event) => {
  if (event.tag === "studio-waiting") event.waitUntil(sendOrTryAgain());
});

async function sendOrTryAgain() {
  const mood = await Waiting.sendAll();
  if (mood === "offline") throw new Error("no network yet");  // the browser calls again by itself
}

// Fetches the pages for this person, language and release, unless they are here already. The last one in tells that
// all are; what was on its way while somebody signed in or out is not kept.
async function keep(facts) {
  const name = KEPT + facts, before = forgotten, fresh = await caches.open(name);
  if (await fresh.match(NO_NETWORK)) return;
  try {
    for (const page of [FORM, NO_NETWORK]) await take(fresh, page);
    if (before !== forgotten) throw new Error("somebody came or went");
    await leaveOnly(name);
  } catch (cut) {
    await caches.delete(name);
  }
}

async function take(cache, page) {
  const answer = await fetch(page, { credentials: "same-origin", redirect: "manual", cache: "no-store" });
  if (!answer.ok) throw new Error(page);
  const text = await answer.clone().text();
  const named = Array.from(text.matchAll(NAMED), (found) => found[1].replace(/&amp;/g, "&"));
  await cache.addAll(Array.from(new Set(named)));
  await cache.put(page, answer);
}

function forget() {
  forgotten += 1;
  return leaveOnly("");
}

async function leaveOnly(kept) {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(KEPT) && name !== kept).map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const request = event.request, url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  const path = url.pathname;
  if (request.mode === "navigate" && request.method === "POST") {
    if (path.startsWith(ROOT + "sign-")) event.respondWith(comeOrGo(event));
  } else if (request.mode === "navigate") {
    event.respondWith(fromNetworkOrKept(event, isForm(url) ? FORM : NO_NETWORK));
  } else if (request.method === "GET" && path.startsWith(ROOT + "static/")) {
    event.respondWith(caches.match(request, { ignoreVary: true }).then((found) => found || fetch(request)));
  }
});

function isForm(url) { return url.pathname === FORM || (url.pathname.startsWith(FORM + "/") && url.searchParams.has("kept")); }

// Signing in or out: the kept form was somebody's. Without a network it says so, and whoever was there still is.
async function comeOrGo(event) {
  const page = await noNetwork();
  await forget();
  return fetch(event.request).catch(() => page);
}

async function fromNetworkOrKept(event, page) {
  const coming = fromNetwork(event);
  const kept = await caches.match(page, { ignoreVary: true });
  if (!kept) return coming.catch(() => noNetwork());
  if (page !== FORM) return coming.catch(() => kept);
  return Promise.race([coming.catch(() => kept), new Promise((done) => setTimeout(done, SLOW, kept))]);
}

async function fromNetwork(event) {
  const answer = (await event.preloadResponse) || (await fetch(event.request));
  if (answer.status === 502 || answer.status === 504) throw new Error("nobody behind the proxy");
  return answer;
}

async function noNetwork() { return (await caches.match(NO_NETWORK, { ignoreVary: true })) || Response.error(); }
