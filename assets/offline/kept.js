/* The page shown without a connection: what js/keep.js kept on this device, with its age; nothing is asked outside. */
(function () {
  "use strict";
  const CACHE = "ansimgil-kept", TICK_MS = 10000, LOOK_MS = 15000, PAD = 0.18, LEAST_SPAN = 3e-5;
  const words = JSON.parse(document.getElementById("words").textContent);
  const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  const COLOURS = dark
    ? { ground: "#1b1f24", street: "#4a515b", safest: "#6ea3ff", other: "#b3bbc3", danger: "#ff6b81" }
    : { ground: "#f3f4f2", street: "#c3c8cc", safest: "#0b50d0", other: "#58616a", danger: "#a50f2d" };
  const byId = (id) => document.getElementById(id);
  const project = ([lon, lat]) => [(lon + 180) / 360, 0.5 - Math.atanh(Math.sin((lat * Math.PI) / 180)) / (2 * Math.PI)];

  async function kept(name) {
    const found = await caches.open(CACHE).then((cache) => cache.match(name));
    return found ? found.json() : null;
  }

  function age(at) {
    const minutes = Math.max(0, Math.floor((Date.now() - at) / 60000));
    if (minutes < 1) return words.age_now;
    if (minutes < 120) return words.age_minutes.replace("{n}", minutes);
    return words.age_hours.replace("{n}", Math.round(minutes / 60));
  }

  /* Text of the snapshot: the light page without its forms and its own heading level. */
  function showText(text) {
    if (!text) return;
    const main = new DOMParser().parseFromString(text.page, "text/html").querySelector("main");
    if (!main) return;
    const level = main.querySelector(".level p");
    byId("level").textContent = level ? level.textContent : "";
    for (const extra of main.querySelectorAll(".ask, script, form")) extra.remove();
    byId("text").replaceChildren(...main.childNodes);
  }

  function showWay(view) {
    if (!view || !view.turns.length) return;
    byId("way").hidden = false;
    byId("way-card").textContent = view.card;
    byId("turns").replaceChildren(...view.turns.map((turn) => Object.assign(document.createElement("li"), { textContent: turn })));
  }

  function lines(geometry) {
    if (geometry.type === "LineString") return [geometry.coordinates.map(project)];
    return geometry.type === "MultiLineString" ? geometry.coordinates.map((part) => part.map(project)) : [];
  }

  /* Box of the way in the unit square, with a margin. */
  function boxOf(way) {
    let west = 1, east = 0, north = 1, south = 0;
    for (const one of way) for (const line of lines(one.geometry)) for (const [x, y] of line) {
      west = Math.min(west, x); east = Math.max(east, x); north = Math.min(north, y); south = Math.max(south, y);
    }
    const span = Math.max(east - west, south - north, LEAST_SPAN) * (0.5 + PAD);
    return { x: (west + east) / 2, y: (north + south) / 2, span };
  }

  function drawStreets(context, buffer, place, box) {
    const data = new DataView(buffer);
    const nStreet = data.getUint32(4, true), nPoint = data.getUint32(8, true);
    const west = data.getFloat64(16, true), north = data.getFloat64(24, true);
    const point = new Float32Array(buffer, 32, nPoint * 2), first = new Uint32Array(buffer, 32 + nPoint * 8, nStreet + 1);
    context.beginPath();
    for (let street = 0; street < nStreet; street++) {
      const k = first[street];
      if (Math.abs(west + point[2 * k] - box.x) > 2 * box.span || Math.abs(north + point[2 * k + 1] - box.y) > 2 * box.span) continue;
      for (let p = k; p < first[street + 1]; p++) {
        const [x, y] = place([west + point[2 * p], north + point[2 * p + 1]]);
        if (p === k) context.moveTo(x, y); else context.lineTo(x, y);
      }
    }
    context.strokeStyle = COLOURS.street;
    context.lineWidth = 2;
    context.stroke();
  }

  function drawWay(context, view, place) {
    const order = (one) => (one.style.includes("danger") ? 2 : one.style.includes(view.selected) ? 1 : 0);
    for (const one of [...view.way].sort((a, b) => order(a) - order(b))) {
      context.beginPath();
      for (const line of lines(one.geometry)) line.forEach((at, k) => (k ? context.lineTo(...place(at)) : context.moveTo(...place(at))));
      context.strokeStyle = [COLOURS.other, COLOURS.safest, COLOURS.danger][order(one)];
      context.lineWidth = [3, 6, 4][order(one)];
      context.setLineDash(order(one) ? [] : [6, 6]);
      context.stroke();
    }
    context.setLineDash([]);
  }

  async function showMap(view) {
    if (!view || !view.way.length) return;
    const canvas = byId("map"), ratio = Math.min(2, window.devicePixelRatio || 1);
    byId("map-box").hidden = false;
    const width = canvas.clientWidth, height = canvas.clientHeight, context = canvas.getContext("2d");
    canvas.width = width * ratio; canvas.height = height * ratio;
    context.scale(ratio, ratio);
    context.fillStyle = COLOURS.ground;
    context.fillRect(0, 0, width, height);
    context.lineCap = context.lineJoin = "round";
    const box = boxOf(view.way), scale = Math.min(width, height) / (2 * box.span);
    const place = ([x, y]) => [width / 2 + (x - box.x) * scale, height / 2 + (y - box.y) * scale];
    const found = await caches.open(CACHE).then((cache) => cache.match(`/api/v1/areas/${view.area}/streets.bin?v=${view.hash}`));
    if (found) drawStreets(context, await found.arrayBuffer(), place, box);
    drawWay(context, view, place);
    canvas.dataset.streets = String(Boolean(found));
  }

  async function look() {
    try {
      const answer = await fetch("/healthz", { cache: "no-store" });
      if (answer.ok) location.reload();
    } catch (error) { /* still without a connection */ }
  }

  async function show() {
    const [view, text] = await Promise.all([kept("/kept/view"), kept("/kept/text")]);
    const tell = () => {
      byId("age").textContent = text ? words.kept.replace("{age}", age(text.at)) : words.nothing;
      if (view) byId("way-age").textContent = words.way_kept.replace("{age}", age(view.at));
    };
    tell();
    setInterval(tell, TICK_MS);
    showText(text);
    showWay(view);
    await showMap(view);
    document.body.dataset.ready = "yes";
  }

  byId("again").addEventListener("click", () => location.reload());
  byId("forget").addEventListener("click", async () => { await caches.delete(CACHE); location.reload(); });
  window.addEventListener("online", look);
  setInterval(look, LOOK_MS);
  show();
})();
