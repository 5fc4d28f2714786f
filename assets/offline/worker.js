/*
 * Answers only when the network does not: a page asked for without a connection is answered with the kept one,
 * which this worker put by when it was installed. Nothing else is looked at: no POST, no API answer, no page of
 * somebody who is signed in is ever stored here. What the kept page shows is put by js/keep.js. Messages of the
 * server are shown here too (js/warn.js subscribes), for they come when no page is open.
 */
"use strict";
const VERSION = "__VERSION__";
const SHELL = `ansimgil-shell-${VERSION}`;
const PAGES = ["ko", "en"].map((lang) => `/offline?lang=${lang}`);
const FILES = ["/assets/offline/kept.js", "/assets/icons/ansimgil.svg"];
const PATIENCE_MS = 12000;

self.addEventListener("install", (event) => {
  const fresh = [...PAGES, ...FILES].map((url) => new Request(url, { cache: "reload" }));
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(fresh)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("ansimgil-shell-") && name !== SHELL;
  const cleared = caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))));
  event.waitUntil(cleared.then(() => self.clients.claim()));
});

/* The kept page in the language of the address, else of the view that was kept, else of the browser. */
async function keptPage(url) {
  const shell = await caches.open(SHELL);
  const kept = await caches.open("ansimgil-kept").then((cache) => cache.match("/kept/view"));
  const view = kept ? await kept.json() : {};
  const wanted = url.searchParams.get("lang") || view.lang || self.navigator.language.slice(0, 2);
  return (await shell.match(`/offline?lang=${wanted}`)) || shell.match(PAGES[0]);
}

async function open(request) {
  const tooLate = new Promise((_, refuse) => setTimeout(refuse, PATIENCE_MS));
  try {
    return await Promise.race([fetch(request), tooLate]);
  } catch (error) {
    return keptPage(new URL(request.url));
  }
}

/* A message of the server, encrypted for this device: what has changed in the reader's district. */
self.addEventListener("push", (event) => {
  const told = event.data ? event.data.json() : {};
  const options = {
    body: told.body, tag: told.tag, renotify: true, lang: told.lang, icon: "/assets/icons/ansimgil.svg",
    vibrate: [300, 100, 300, 100, 300], data: { url: told.url },
  };
  event.waitUntil(self.registration.showNotification(told.title || "Ansimgil", options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL((event.notification.data || {}).url || "/", self.location.origin);
  if (url.origin === self.location.origin) event.waitUntil(self.clients.openWindow(url.href));
});

self.addEventListener("fetch", (event) => {
  const request = event.request, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (!url.pathname.startsWith("/api/")) event.respondWith(open(request));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(fetch(request).catch(() => caches.match(url.pathname, { ignoreSearch: true })));
  }
});
