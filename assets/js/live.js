/*
 * Keeps the page current. One EventSource per page (closed while the page is hidden), polling of the version
 * with its ETag when the stream cannot be had, and the truth about which of the two it is:
 * dcc.Store "live" gets {state: "live" | "polling" | "offline", version, sequence, since, area, late}; `late` says
 * in words which source has stopped or that nothing is computed any more, and is empty while all is well.
 *
 * A new snapshot makes the whole page ask anew. A drill played fast brings one every second or two, more than a reader
 * can read and a weak device can draw, so news wait until the last was told PACE_MS ago, and while a marker is dragged
 * and its new way is drawn. A closure or an alert that somebody issues is told at once, and so is a drill's next scene.
 */
(function () {
  "use strict";
  const root = (window.ansimgil = window.ansimgil || {});
  const POLL_MS = 5000, FIRST_WAIT_MS = 1000, LONGEST_WAIT_MS = 30000, SILENCE_MS = 25000, TRUTH_MS = 8000;
  const PACE_MS = 4000, CALM_MS = 1500;

  let area = null;
  let source = null;
  let wait = FIRST_WAIT_MS;
  let retry = null;
  let poll = null;
  let silence = null;
  let etag = null;
  let lastGood = null;
  const NOTHING = { version: null, sequence: 0, urgent: "" };
  let known = NOTHING;
  let told = NOTHING;
  let toldAt = 0;
  let calmUntil = 0;
  let pending = null;
  let sent = "";
  let late = "";
  let state = null;
  let truth = null;

  /* Local hours and minutes, or an empty text when there was no contact yet. */
  function clock(time) {
    return time === null ? "" : new Date(time).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false });
  }

  /* Milliseconds for which the newest snapshot is held back. */
  function holdMs() {
    if (known.urgent !== told.urgent) return 0;
    return Math.max(toldAt + PACE_MS, calmUntil) - Date.now();
  }

  /* Which snapshot the page is to show: the newest, or for a while the one it has. */
  function chosen() {
    if (known.version === told.version) return told;
    const wait = holdMs();
    clearTimeout(pending);
    if (wait > 0) {
      pending = setTimeout(() => { if (state) tell(state); }, Math.min(wait, PACE_MS));
      return told;
    }
    told = known;
    toldAt = Date.now();
    return told;
  }

  function tell(now) {
    state = now;
    const { version, sequence } = chosen();
    const data = { state, area, version, sequence, since: state === "offline" ? clock(lastGood) : null, late };
    const text = JSON.stringify(data);
    if (text === sent || !window.dash_clientside || !window.dash_clientside.set_props) return;
    sent = text;
    window.dash_clientside.set_props("live", { data });
  }

  function learn(message) {
    lastGood = Date.now();
    if (message.area !== area || !message.version) return;
    const urgent = `${message.issued} ${message.drill ? message.drill.caption_code : ""}`;
    known = { version: message.version, sequence: message.sequence, urgent };
  }

  function stopPolling() {
    clearInterval(poll);
    poll = null;
  }

  async function askVersion() {
    try {
      const headers = etag ? { "If-None-Match": etag } : {};
      const response = await fetch(`/api/v1/version?area=${encodeURIComponent(area)}`, { headers, cache: "no-store" });
      if (response.status === 200) {
        etag = response.headers.get("ETag");
        learn(await response.json());
      } else if (response.status !== 304) throw new Error(String(response.status));
      lastGood = Date.now();
      if (!streaming()) tell("polling");
    } catch (error) {
      tell("offline");
    }
  }

  /* A stream may be open while the sources behind it are silent: the server is asked whether they are. */
  async function askTruth() {
    if (!area || document.hidden) return;
    try {
      const response = await fetch(`/live.json?area=${encodeURIComponent(area)}&lang=${document.documentElement.lang}`, { cache: "no-store" });
      if (response.ok) late = (await response.json()).text;
    } catch (error) { /* no connection: the other watch tells that */ }
    if (state) tell(state);
  }

  function streaming() {
    return source !== null && source.readyState === EventSource.OPEN;
  }

  function startPolling() {
    if (poll) return;
    askVersion();
    poll = setInterval(askVersion, POLL_MS);
  }

  /* A stream that is silent for longer than its heartbeat is dead, whatever the browser believes. */
  function heard() {
    clearTimeout(silence);
    silence = setTimeout(() => { close(); lost(); }, SILENCE_MS);
  }

  function lost() {
    startPolling();
    clearTimeout(retry);
    retry = setTimeout(open, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }

  function close() {
    clearTimeout(silence);
    clearTimeout(retry);
    if (source) source.close();
    source = null;
  }

  function open() {
    close();
    if (!area || document.hidden) return;
    if (!window.EventSource || new URLSearchParams(location.search).has("nostream")) return startPolling();
    source = new EventSource(`/api/v1/events?area=${encodeURIComponent(area)}`);
    source.onopen = () => { wait = FIRST_WAIT_MS; lastGood = Date.now(); stopPolling(); heard(); tell("live"); };
    source.addEventListener("snapshot", (event) => { heard(); learn(JSON.parse(event.data)); tell("live"); });
    source.addEventListener("heartbeat", () => { heard(); lastGood = Date.now(); });
    source.onerror = () => { close(); lost(); };
  }

  root.live = {
    /* Follows an area; called again when another one is chosen. */
    follow: function (name) {
      if (!name || name === area) return;
      area = name;
      known = told = NOTHING;
      etag = null;
      sent = late = "";
      open();
      clearInterval(truth);
      truth = setInterval(askTruth, TRUTH_MS);
      askTruth();
    },
    /* Lets go of the stream, as a broken line would; the page recovers by itself. */
    drop: () => { close(); lost(); },
    state: () => ({ area, streaming: streaming(), polling: poll !== null, version: told.version, newest: known.version }),
  };

  const isMarker = (event) => event.target.closest && event.target.closest(".leaflet-marker-draggable");
  let dragging = false;
  const hold = (event) => {
    dragging = Boolean(isMarker(event));
    if (dragging) calmUntil = Date.now() + SILENCE_MS;
  };
  const release = () => {
    if (dragging) calmUntil = Date.now() + CALM_MS;
    dragging = false;
  };
  for (const name of ["mousedown", "touchstart"]) document.addEventListener(name, hold, { capture: true, passive: true });
  for (const name of ["mouseup", "touchend", "touchcancel"]) document.addEventListener(name, release, { capture: true, passive: true });

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { close(); stopPolling(); } else { wait = FIRST_WAIT_MS; open(); }
  });
  window.addEventListener("pagehide", close);
})();
