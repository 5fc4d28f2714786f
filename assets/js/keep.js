/*
 * Keeps on this device what a reader needs when the network goes: the text of the area's newest snapshot, its
 * streets, and the way drawn now. Places looked up, the own position and pages of officials are never kept.
 * The reader can switch it off, which forgets everything at once.
 */
(function () {
  "use strict";
  const root = (window.ansimgil = window.ansimgil || {});
  const dash = (window.dash_clientside = window.dash_clientside || {});
  const CACHE = "ansimgil-kept", SWITCH = "ansimgil-keep", EVERY_MS = 60000, SETTLE_MS = 400;
  const canKeep = window.isSecureContext && "caches" in window && "serviceWorker" in navigator;
  let following = null;
  let timer = null;

  function isWanted() {
    try { return localStorage.getItem(SWITCH) !== "no"; } catch (error) { return false; }
  }

  async function put(cache, name, data) {
    await cache.put(name, new Response(JSON.stringify(data), { headers: { "Content-Type": "application/json" } }));
  }

  async function keepText(cache, context) {
    const answer = await fetch(`/lite?area=${context.area}&lang=${context.lang}`, { cache: "no-store", credentials: "omit" });
    if (answer.ok) await put(cache, "/kept/text", { area: context.area, at: Date.now(), page: await answer.text() });
  }

  async function keepStreets(cache, context) {
    const url = context.hash ? `/api/v1/areas/${context.area}/streets.bin?v=${context.hash}` : null;
    for (const old of await cache.keys()) if (old.url.includes("/streets.bin") && !old.url.endsWith(String(url))) await cache.delete(old);
    if (url && !(await cache.match(url))) await cache.add(url);
  }

  /* Texts of the parts of an element, in order. */
  function words(element) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const parts = [];
    while (walker.nextNode()) if (walker.currentNode.data.trim()) parts.push(walker.currentNode.data.trim());
    return parts.join(" · ");
  }

  /* The card and the steps of the chosen way, as the page has them. */
  function wayWords(selected) {
    const box = document.getElementById("citizen-routes-panel");
    const texts = (query) => (box ? Array.from(box.querySelectorAll(query), words) : []);
    const card = texts('.route-card[aria-pressed="true"]')[0] || texts(".route-card")[0] || "";
    return { card, turns: Array.from(box ? box.querySelectorAll(`.for-${selected} ol li`) : [], words) };
  }

  async function keepAll(context, features, selected) {
    const cache = await caches.open(CACHE);
    const lines = ((features && features.features) || []).filter((one) => one.geometry && one.properties.className !== "casing");
    const way = lines.map((one) => ({ style: one.properties.className, geometry: one.geometry }));
    await put(cache, "/kept/view", { area: context.area, lang: context.lang, hash: context.hash, at: Date.now(), selected, way, ...wayWords(selected) });
    await keepText(cache, context);
    await keepStreets(cache, context);
  }

  function clock() {
    return new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false });
  }

  /* Called for each new way; tells in one line that the page can be seen without a connection. */
  async function keep(features, selected, pressed, context, words) {
    following = context;
    clearTimeout(timer);
    if (!canKeep || !isWanted()) return "";
    await new Promise((done) => { timer = setTimeout(done, SETTLE_MS); });
    try {
      await keepAll(context, features, selected);
      return words.kept.replace("{time}", clock());
    } catch (error) {
      return "";
    }
  }

  /* The switch: [whether it is pressed, as aria-pressed wants it]. */
  async function keepSwitch(clicks) {
    if (clicks) {
      try { localStorage.setItem(SWITCH, isWanted() ? "no" : "yes"); } catch (error) { /* private mode: nothing is kept */ }
      if (!isWanted() && canKeep) await caches.delete(CACHE);
    }
    return String(isWanted() && canKeep);
  }

  setInterval(() => {
    if (!following || document.hidden || !canKeep || !isWanted()) return;
    caches.open(CACHE).then((cache) => keepText(cache, following)).catch(() => undefined);
  }, EVERY_MS);

  /* Over plain http a browser gives no position: say so instead of showing a button that fails. */
  function plainHttp() {
    for (const note of document.querySelectorAll("[data-plain-http]")) note.hidden = window.isSecureContext;
    return String(window.isSecureContext);
  }

  if (canKeep) window.addEventListener("load", () => navigator.serviceWorker.register("/worker.js").catch(() => undefined));
  root.keep = { canKeep, isWanted };
  dash.ansimgil = Object.assign(dash.ansimgil || {}, { keep, keepSwitch, plainHttp });
})();
