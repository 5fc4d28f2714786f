/* What the citizen wishes of the way: places to call at, areas to keep out of, and places found by name. */
(function () {
  "use strict";
  const dash = (window.dash_clientside = window.dash_clientside || {});
  const MOST_VIA = 5, MOST_AREA = 20, MOST_CORNER = 200;
  const EMPTY = { via: [], avoid: [], corners: [], drawing: false, when: "now", lead: "" };
  const round = (value) => Number(Number(value).toFixed(6));
  const pair = (place) => (Array.isArray(place) ? [round(place[0]), round(place[1])] : [round(place.lat), round(place.lng)]);

  /* The button pressed, or "map" for a tap on it; null on the first call. */
  function pressed() {
    const told = dash.callback_context.triggered.find((one) => one.value !== null && one.value !== undefined);
    if (!told) return null;
    if (told.prop_id.endsWith(".clickData")) return "map";
    if (told.prop_id === "citizen-when.data") return "time";
    return dash.callback_context.triggered_id ? dash.callback_context.triggered_id.name : null;
  }

  function addCorner(known, at) {
    if (known.corners.length >= MOST_CORNER) return known;
    return { ...known, corners: [...known.corners, pair(at)] };
  }

  function finish(known) {
    const avoid = known.corners.length > 2 ? [...known.avoid, known.corners].slice(-MOST_AREA) : known.avoid;
    return { ...known, avoid, corners: [], drawing: false };
  }

  function back(known) {
    if (known.corners.length) return { ...known, corners: known.corners.slice(0, -1) };
    if (known.avoid.length) return { ...known, avoid: known.avoid.slice(0, -1) };
    return { ...known, via: known.via.slice(0, -1) };
  }

  function after(known, deed, click, time, point, centre) {
    if (deed === "time") return { ...known, ...time };
    if (deed === "map") return known.drawing && click && click.latlng ? addCorner(known, click.latlng) : known;
    if (deed === "corner") return known.drawing && centre ? addCorner(known, centre) : known;
    if (deed === "draw") return known.drawing ? finish(known) : { ...known, drawing: true, corners: [] };
    if (deed === "via") return point ? { ...known, via: [...known.via, pair(point)].slice(-MOST_VIA) } : known;
    if (deed === "back") return back(known);
    return deed === "clear" ? { ...EMPTY, when: known.when, lead: known.lead } : known;
  }

  const lngLat = (ring) => ring.map(([lat, lng]) => [lng, lat]);
  const feature = (type, coordinates, className, more) => ({
    type: "Feature", geometry: { type, coordinates }, properties: { className, ...more },
  });

  function shapes(known, words) {
    const areas = [...known.avoid, ...(known.corners.length > 2 ? [known.corners] : [])];
    const shown = areas.map((ring) => feature("Polygon", [lngLat([...ring, ring[0]])], "avoid-area", { label: words.area }));
    if (known.corners.length === 2) shown.push(feature("LineString", lngLat(known.corners), "avoid-area", {}));
    known.corners.forEach((at) => shown.push(feature("Point", lngLat([at])[0], "pin-draft", { size: [14, 14], label: words.corner })));
    known.via.forEach((at, k) => shown.push(feature("Point", lngLat([at])[0], "pin-via", { size: [28, 28], label: words.via.replace("{n}", k + 1) })));
    return { type: "FeatureCollection", features: shown };
  }

  function said(known, words) {
    if (known.drawing && known.corners.length < 3) return words.corners.replace("{n}", 3 - known.corners.length);
    if (known.drawing) return words.finish;
    if (!known.via.length && !known.avoid.length) return words.none;
    return words.kept.replace("{via}", known.via.length).replace("{avoid}", known.avoid.length);
  }

  /* buttons, tap, ... -> [wishes, shapes, note, whether the draw button is pressed, its word]. */
  function wish(clicks, click, time, point, centre, former, words) {
    const known = { ...EMPTY, ...(former || {}) }, deed = pressed();
    const now = deed ? after(known, deed, click, time, point, centre) : known;
    const same = now === known && deed !== null;
    if (same) return Array(5).fill(dash.no_update);
    return [now, shapes(now, words), said(now, words), String(now.drawing), now.drawing ? words.done : words.draw];
  }

  /* Keeps what is wished in the address, so that a link or a reload asks for the same way. */
  function writeWishes(wishes) {
    if (!wishes) return;
    const query = new URLSearchParams(location.search);
    const put = (key, value) => (value ? query.set(key, value) : query.delete(key));
    const line = (points) => points.map((at) => pair(at).join(",")).join(";");
    put("via", line(wishes.via));
    put("avoid", wishes.avoid.map(line).join("|"));
    for (const name of ["leave", "arrive"]) put(name, wishes.when === name ? wishes.lead : "");
    const words = String(query).replaceAll("%2C", ",").replaceAll("%3B", ";").replaceAll("%7C", "|");
    history.replaceState(history.state, "", `${location.pathname}?${words}`);
  }

  /* A place found by name becomes the place spoken of, the start, or the destination. */
  function goTo(clicks) {
    const chosen = dash.callback_context.triggered_id;
    if (!chosen || !dash.callback_context.triggered.some((one) => one.value)) return;
    const [lat, lng] = chosen.at.split(",").map(Number);
    dash.set_props("citizen-fly", { data: { lat, lng, zoom: 16 } });
    if (chosen.deed === "end") return dash.set_props("citizen-destination", { position: [lat, lng] });
    if (chosen.deed === "start") dash.set_props("citizen-origin", { position: [lat, lng] });
    dash.set_props("citizen-point", { data: { lat, lng, kind: chosen.deed === "start" ? "start" : "picked" } });
  }

  /* Enter in the search box takes the first place found. */
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || event.target.id !== "citizen-search") return;
    const first = document.querySelector("#citizen-found .place-pick");
    if (first) first.click();
  });

  dash.ansimgil = Object.assign(dash.ansimgil || {}, { wish, writeWishes, goTo });
})();
