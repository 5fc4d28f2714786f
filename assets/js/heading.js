/* Where am I heading: positions are kept in this tab alone (journeys on this device only if asked for), and are sent
   only to ask. The drill's invented person walks by a clock of its own. */
(function () {
  "use strict";
  const root = (window.ansimgil = window.ansimgil || {});
  const dash = (window.dash_clientside = window.dash_clientside || {});
  const PINGS = "ansimgil.heading.pings", TRIPS = "ansimgil.heading.trips";
  const KEEP_S = 1800, SILENCE_S = 600, TRIP_STEP_S = 30, MOST_TRIP = 8, MOST_POINT = 60, KEEP_DAY = 28;
  const ASK_MS = 4000, ANSWER_MS = 8000, TICK_MS = 1000, WALK_PINGS = 2, WALK_STEP_S = 10;
  const ROUND_COPIES = 3, WARNED_TICKS = 5, CLEAR_ANSWERS = 3;

  let mode = "off";
  let pings = [];
  let watch = null, timer = null, due = null;
  let walk = null, plan = null, isTaken = false;
  let askedAt = 0, isWaiting = false, isDue = false, tick = 0;
  let told = null, dot = null, nClear = 0, isAlarmed = false;

  const now = () => Date.now() / 1000;
  const form = () => document.getElementById("citizen-heading-form");

  function read(store, key) {
    try { return JSON.parse(store.getItem(key)) || []; } catch { return []; }
  }

  function write(store, key, value) {
    try { store.setItem(key, JSON.stringify(value)); } catch { /* a full or closed store forgets, which is safe */ }
  }

  function isRemembering() {
    const box = document.querySelector("[data-path-remember]");
    return Boolean(box) && box.getAttribute("aria-checked") === "true";
  }

  function setMode(next) {
    mode = next;
    if (form()) form().dataset.mode = next;
  }

  /* Earlier journeys of this device, those of the last weeks. */
  function trips() {
    return read(localStorage, TRIPS).filter((trip) => trip.length && now() - trip[0][0] < KEEP_DAY * 86400);
  }

  /* Ends a journey: kept thinned where the reader wants it. */
  function endTrip() {
    if (mode === "live" && isRemembering() && pings.length > 5) {
      const thin = pings.filter((ping, k) => k === 0 || Math.floor(ping[0] / TRIP_STEP_S) !== Math.floor(pings[k - 1][0] / TRIP_STEP_S));
      write(localStorage, TRIPS, [...trips(), thin.slice(-MOST_POINT)].slice(-MOST_TRIP));
    }
  }

  function history() {
    const own = mode === "drill" ? walk.history : isRemembering() ? trips() : [];
    // Who has chosen a way follows it, whatever he used to do.
    return plan ? Array(ROUND_COPIES).fill(plan) : own;
  }

  function ask() {
    if (mode === "off") return;
    if (isWaiting && Date.now() - askedAt < ANSWER_MS) { isDue = true; return; }
    isWaiting = true;
    isDue = false;
    askedAt = Date.now();
    const asked_s = mode === "drill" ? pings[pings.length - 1][0] : now();
    dash.set_props("citizen-heading-asked", { data: { mode, pings, history: history(), asked_s, is_taken: isTaken } });
  }

  function quit(data) {
    endTrip();
    if (watch !== null) navigator.geolocation.clearWatch(watch);
    clearInterval(timer);
    clearTimeout(due);
    watch = timer = walk = plan = told = null;
    isTaken = isWaiting = isDue = false;
    if (dot) dot.remove();
    dot = null;
    setMode("off");
    dash.set_props("citizen-heading-asked", { data: { mode: "off", ...data } });
  }

  function openCard() {
    if (root.warn) root.warn.showAlarm();
    const card = form() && form().closest("details");
    if (card) card.open = true;
  }

  function start(clicks) {
    if (!clicks || mode !== "off") return;
    if (!navigator.geolocation) return quit({ error: "unavailable" });
    setMode("live");
    openCard();
    pings = read(sessionStorage, PINGS).filter((ping) => now() - ping[0] < KEEP_S);
    dash.set_props("citizen-heading-asked", { data: { mode, pings: [] } });
    const options = { enableHighAccuracy: true, maximumAge: 2000, timeout: 30000 };
    watch = navigator.geolocation.watchPosition(heard, failed, options);
  }

  function failed(error) {
    if (error.code === 1) quit({ error: "denied" });
    else if (error.code === 2 && !pings.length) quit({ error: "unavailable" });
  }

  function heard(at) {
    const time = Math.round(at.timestamp) / 1000, last = pings[pings.length - 1];
    if (last && time - last[0] > SILENCE_S) { endTrip(); pings = []; }
    if (last && time <= last[0]) return;
    pings = [...pings, [time, at.coords.latitude, at.coords.longitude, at.coords.accuracy]].filter((ping) => time - ping[0] < KEEP_S);
    write(sessionStorage, PINGS, pings);
    clearTimeout(due);
    due = setTimeout(ask, Math.max(0, ASK_MS - (Date.now() - askedAt)));
  }

  /* The drill's person: walks along, many times faster than anybody. */
  async function drill(clicks, context) {
    if (!clicks || mode !== "off") return;
    setMode("drill");
    openCard();
    try {
      const answer = await fetch(`/api/v1/paths/walker?area=${encodeURIComponent(context.area)}`);
      if (!answer.ok) return quit({ error: answer.status === 404 ? "no_drill" : "not_ready" });
      const body = await answer.json();
      const begin = now() - body.pings[body.pings.length - 1].time - 3600;
      const row = (shift) => (ping) => [shift + ping.time, ping.lat, ping.lon, ping.accuracy];
      const earlier = body.history.map((trip, k) => trip.map(row(begin - (k + 1) * 86400)));
      walk = { ahead: body.pings.map(row(begin)), history: earlier };
    } catch {
      return quit({ error: "not_ready" });
    }
    pings = walk.ahead.splice(0, 6);
    timer = setInterval(step, TICK_MS);
    step();
  }

  function step() {
    if (document.hidden || !walk) return;
    // Whoever watches needs the time to read a warning and to tap.
    tick += 1;
    if (told && told.round && !isTaken && tick % WARNED_TICKS) return;
    pings = [...pings, ...walk.ahead.splice(0, WALK_PINGS)];
    const last = pings[pings.length - 1][0];
    pings = pings.filter((ping) => last - ping[0] < KEEP_S);
    if (!walk.ahead.length) clearInterval(timer);
    ask();
  }

  /* The answer has come: moves the dot, keeps it in view, asks again where more was heard. */
  function toldNow(data) {
    isWaiting = false;
    told = data;
    alarm(data && mode !== "off" ? data.words : null);
    const map = root.leaflet;
    if (data && data.here && map && mode !== "off") {
      if (!dot) {
        const icon = L.divIcon({ className: "pin pin-heading-here", html: "", iconSize: [22, 22] });
        dot = L.marker(data.here, { icon, interactive: false, keyboard: false, zIndexOffset: 1500 }).addTo(map);
      }
      dot.setLatLng(data.here);
      keepInView(map, data.here);
    }
    if (isDue) ask();
    return dash.no_update;
  }

  /* Once a warning, however often its words change; anew after the way was clear for some answers. */
  function alarm(words) {
    if (words && !isAlarmed && root.warn) root.warn.alarm(words);
    nClear = words ? 0 : nClear + 1;
    isAlarmed = Boolean(words) || (isAlarmed && nClear < CLEAR_ANSWERS);
  }

  /* Above the warning, which lies over the lower half of the map. */
  function keepInView(map, here) {
    const at = map.latLngToContainerPoint(here), size = map.getSize();
    const x = at.x / size.x, y = at.y / size.y;
    if (x < 0.15 || x > 0.85 || y < 0.12 || y > 0.55) map.panBy([at.x - size.x / 2, at.y - size.y * 0.35]);
  }

  /* Points along a line at a steady pace, as positions from a moment on. */
  function paced(line, duration_s, begin, accuracy) {
    const far = (a, b) => Math.hypot(b[0] - a[0], (b[1] - a[1]) * Math.cos((a[0] * Math.PI) / 180));
    const at = line.reduce((sum, point, k) => [...sum, k ? sum[k - 1] + far(line[k - 1], point) : 0], []);
    const whole = at[at.length - 1], rows = [];
    for (let time = WALK_STEP_S, k = 1; time <= duration_s && whole > 0; time += WALK_STEP_S) {
      const gone = (whole * time) / duration_s;
      while (k < at.length - 1 && at[k] < gone) k += 1;
      const share = (gone - at[k - 1]) / (at[k] - at[k - 1] || 1);
      const mix = (c) => line[k - 1][c] + share * (line[k][c] - line[k - 1][c]);
      rows.push([begin + time, mix(0), mix(1), accuracy]);
    }
    return rows;
  }

  /* One tap: the way round becomes the way. */
  function take() {
    if (!told || !told.round || mode === "off") return;
    const { line, duration_s } = told.round;
    const last = pings[pings.length - 1];
    // The person's own plan counts like a journey made before, on a day long enough ago not to be one with this.
    plan = paced(line, duration_s, last[0] - 2 * 86400, 10);
    isTaken = true;
    if (mode === "drill") {
      walk.ahead = paced(line, duration_s, last[0], 15);
      clearInterval(timer);
      timer = setInterval(step, TICK_MS);
    }
    dash.set_props("citizen-origin", { position: line[0] });
    dash.set_props("citizen-destination", { position: line[line.length - 1] });
    dash.set_props("citizen-selected", { data: "safest" });
    isWaiting = false;
    ask();
  }

  function stop(clicks) {
    if (clicks && mode !== "off") quit({});
  }

  function forget(clicks) {
    if (!clicks) return;
    pings = [];
    quit({ is_forgotten: true });
    sessionStorage.removeItem(PINGS);
    localStorage.removeItem(TRIPS);
  }

  document.addEventListener("click", function (event) {
    const near = (selector) => event.target.closest && event.target.closest(selector);
    if (near("[data-path-take]")) take();
    const box = near("[data-path-remember]");
    if (!box) return;
    box.setAttribute("aria-checked", String(!isRemembering()));
    if (!isRemembering()) localStorage.removeItem(TRIPS);
  });

  root.heading = { state: () => ({ mode, nPing: pings.length, isTaken, here: dot ? [dot.getLatLng().lat, dot.getLatLng().lng] : null }) };
  dash.ansimgil = Object.assign(dash.ansimgil || {}, { headingStart: start, headingDrill: drill, headingStop: stop, headingForget: forget, headingTold: toldNow });
})();
