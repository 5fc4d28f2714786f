/* The citizen page's clientside callbacks: time slider, points, address of the view. No server round trips. */
(function () {
  "use strict";
  const dash = (window.dash_clientside = window.dash_clientside || {});
  const PLAY_MS = 900, SETTLE_MS = 250, WRITE_MS = 250;
  const skip = () => dash.no_update;
  const round = (value, digits) => Number(Number(value).toFixed(digits));

  let playing = null;
  let settling = null;
  let writing = null;
  let ownStep = null;
  let words = null;

  function triggered(prefix) {
    return dash.callback_context.triggered.some((item) => item.prop_id.startsWith(prefix) && item.value !== null && item.value !== undefined);
  }

  function latLng(value) {
    if (!value) return null;
    return Array.isArray(value) ? { lat: value[0], lng: value[1] } : { lat: value.lat, lng: value.lng };
  }

  let waited = false;

  /* slider, layer, frames -> [overlay url, label]; tells the street layer. A page opened before the first snapshot
     begins at now when it comes. */
  function frame(value, layer, frames) {
    if (!frames) {
      waited = true;
      return [skip(), skip()];
    }
    if (waited) {
      waited = false;
      dash.set_props("citizen-step", { value: frames.now });
      value = frames.now;
    }
    const step = Math.max(0, Math.min(frames.labels.length - 1, Number(value) || 0));
    const known = frames.layers.includes(layer);
    const fill = (template) => template.replaceAll("{layer}", layer).replaceAll("{step}", String(step));
    const detail = { area: frames.area, version: frames.version, layer: known ? layer : null, step, streets: known && frames.streets ? fill(frames.streets) : null };
    window.dispatchEvent(new CustomEvent("ansimgil:frame", { detail }));
    return [known ? fill(frames.template) : frames.blank, frames.labels[step]];
  }

  function sendSettled(value) {
    clearTimeout(settling);
    settling = setTimeout(() => { if (!playing) dash.set_props("citizen-settled", { data: Number(value) }); }, SETTLE_MS);
  }

  /* The slider came to rest. A move by hand also stops the playback. */
  function settle(value) {
    if (playing && Number(value) !== ownStep) stop(Number(value));
    sendSettled(value);
  }

  function stop(value) {
    clearInterval(playing);
    playing = null;
    dash.set_props("play-button", { "aria-pressed": "false", "aria-label": words.play });
    sendSettled(value === undefined ? ownStep : value);
  }

  /* Starts or stops the playback: [aria-pressed, aria-label]. */
  function play(clicks, frames, playWords) {
    words = playWords;
    if (!clicks || !frames || !triggered("play-button")) return ["false", words.play];
    if (playing) {
      stop();
      return ["false", words.play];
    }
    const slider = document.getElementById("citizen-step");
    ownStep = slider ? Number((slider.querySelector("input") || slider).value) || 0 : 0;
    playing = setInterval(function () {
      if (document.hidden) return stop();
      ownStep = (ownStep + 1) % frames.labels.length;
      dash.set_props("citizen-step", { value: ownStep });
    }, PLAY_MS);
    return ["true", words.pause];
  }

  function locate(clicks) {
    if (!clicks) return;
    const tell = (data) => dash.set_props("citizen-located", { data });
    if (!window.isSecureContext) return tell({ error: "insecure" });
    if (!navigator.geolocation) return tell({ error: "unavailable" });
    const names = { 1: "denied", 2: "unavailable", 3: "timeout" };
    navigator.geolocation.getCurrentPosition(
      (at) => tell({ lat: round(at.coords.latitude, 6), lng: round(at.coords.longitude, 6) }),
      (error) => tell({ error: names[error.code] || "unavailable" }),
      { enableHighAccuracy: true, timeout: 10000, maximumAge: 30000 },
    );
  }

  /* Which point the page speaks of. */
  function point(click, centreClicks, backClicks, origin, view, current, wishes) {
    const at = (place, kind) => ({ lat: round(place.lat, 6), lng: round(place.lng, 6), kind });
    const isDrawing = Boolean(wishes && wishes.drawing);
    if (triggered("citizen-map.clickData") && click && click.latlng && !isDrawing) return at(click.latlng, "picked");
    if (triggered("centre-button") && latLng(view)) return at(latLng(view), "picked");
    if (triggered("back-button") && latLng(origin)) return at(latLng(origin), "start");
    if (origin && (!current || current.kind === "start")) return at(latLng(origin), "start");
    return skip();
  }

  /* Sets the ends of the trip from the point, or swaps them: [origin, destination]. */
  function ends(startClicks, endClicks, swapClicks, chosen, origin, destination) {
    const here = chosen ? [chosen.lat, chosen.lng] : null;
    if (triggered("start-here") && here) {
      dash.set_props("citizen-point", { data: { ...chosen, kind: "start" } });
      return [here, skip()];
    }
    if (triggered("end-here") && here) return [skip(), here];
    if (triggered("swap")) return [destination, origin];
    return [skip(), skip()];
  }

  function pin(chosen) {
    if (!chosen) return [skip(), 0];
    return [[chosen.lat, chosen.lng], chosen.kind === "picked" || chosen.kind === "located" ? 1 : 0];
  }

  function fly(to) {
    if (!to) return skip();
    if (to.bounds) return { bounds: to.bounds, transition: "flyToBounds" };
    return { center: [to.lat, to.lng], zoom: to.zoom, transition: "flyTo" };
  }

  /* The route chosen on a card, for the map's styles. */
  function hideout(selected) {
    return { selected };
  }

  /* live, context, current -> the new snapshot's version when it concerns this area. */
  function version(live, context, current) {
    if (!live || !context || live.area !== context.area || !live.version || live.version === current) return skip();
    return live.version;
  }

  /* Keeps the address of the view in the address bar, so that a link or a reload shows the same. */
  function writeUrl(layer, step, view, origin, destination, profile, context) {
    if (!context) return;
    clearTimeout(writing);
    writing = setTimeout(function () {
      const query = new URLSearchParams(location.search);
      const put = (key, value) => (value === null || value === undefined ? query.delete(key) : query.set(key, value));
      const pair = (place) => (latLng(place) ? `${round(latLng(place).lat, 5)},${round(latLng(place).lng, 5)}` : null);
      put("area", context.area);
      put("lang", context.lang);
      put("h", layer);
      put("t", step);
      put("z", view && view.zoom);
      put("c", pair(view));
      put("from", pair(origin));
      put("to", pair(destination));
      put("profile", profile);
      history.replaceState(history.state, "", `${location.pathname}?${String(query).replaceAll("%2C", ",").replaceAll("%3B", ";").replaceAll("%7C", "|")}`);
    }, WRITE_MS);
  }

  dash.ansimgil = Object.assign(dash.ansimgil || {}, { frame, settle, play, locate, point, ends, pin, fly, hideout, version, writeUrl });
})();
