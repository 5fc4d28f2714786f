/* The nationwide map: districts and sea in the colours of the chosen step, without a question to the server. */
(function () {
  "use strict";
  const root = (window.ansimgil = window.ansimgil || {});
  const dash = (window.dash_clientside = window.dash_clientside || {});
  const PLAY_MS = 900, UPSCALE = 8, N_FOUND = 6;
  const BINS = [5, 20, 40, 60, 80]; /* percent: below the first nothing is painted */
  const skip = () => dash.no_update;

  let frames = null;
  let seaCodes = null;
  let painted = {};
  let playing = null, ownStep = null;

  const binOf = (percent) => BINS.filter((from) => percent >= from).length;

  /* Percent or level of a district in what is shown now; null where nothing is known. */
  function valueOf(position, how) {
    if (!frames) return null;
    if (how.shown === "level") {
      const level = frames.level[how.step][position];
      return level < 0 ? null : level;
    }
    const list = how.when === "event" ? frames.event[how.shown] : (frames.prob[how.shown] || [])[how.step];
    return list ? list[position] : null;
  }

  function classOf(position, how) {
    const value = valueOf(position, how);
    const kind = value === null ? "district-unknown" : how.shown === "level" ? `district-level-${value}` : `prob-${binOf(value)}`;
    return `district ${kind}${how.selected === position ? " is-chosen" : ""}`;
  }

  function wordsOf(feature, how) {
    const value = valueOf(feature.properties.position, how);
    if (value === null) return `${feature.properties.name}: ${frames ? frames.unknown : "–"}`;
    return `${feature.properties.name}: ${how.shown === "level" ? frames.levelWords[value] : `${value}\u00a0%`}`;
  }

  root.nationwide = {
    style: (feature, context) => ({ className: classOf(feature.properties.position, (context && context.hideout) || painted) }),

    /* The path keeps its class in step with the style; a click or Enter chooses the district. */
    each: function (feature, layer) {
      const setStyle = layer.setStyle.bind(layer);
      layer.setStyle = function (style) {
        setStyle(style);
        if (layer._path && style.className) layer._path.setAttribute("class", `${style.className} leaflet-interactive`);
        return layer;
      };
      layer.bindTooltip(() => {
        const span = document.createElement("span");
        span.textContent = wordsOf(feature, painted);
        return span;
      }, { sticky: true, className: "map-tip" });
      layer.on("click", () => select(feature.properties.position));
    },
  };

  function select(position) {
    dash.set_props("korea-selected", { data: position });
  }

  /* Bytes of one picture of the sea. */
  function seaPicture(sea, how) {
    const level = sea.levels.indexOf(how.shown);
    if (level < 0) return null;
    const nStep = frames.labels.length;
    const step = how.when === "event" ? nStep : how.step;
    if (how.when !== "event" && !(frames.prob[how.shown] || [])[how.step]) return null;
    const size = sea.rows * sea.cols;
    return seaCodes.subarray((step * sea.levels.length + level) * size, (step * sea.levels.length + level + 1) * size);
  }

  const mercator = (deg) => Math.log(Math.tan(Math.PI / 4 + (deg * Math.PI) / 360));

  /* The sea as a picture: probabilities between the places, in the steps of the legend. */
  function seaUrl(how) {
    const sea = frames && frames.sea, values = sea && seaPicture(sea, how);
    if (!values) return "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";
    const [west, south, east, north] = sea.bounds;
    const box = document.getElementById("korea-map");
    const canvas = document.createElement("canvas");
    const width = (canvas.width = sea.cols * UPSCALE), height = (canvas.height = sea.rows * UPSCALE);
    const pen = canvas.getContext("2d"), image = pen.createImageData(width, height);
    const look = getComputedStyle(box || document.documentElement);
    const colours = BINS.map((_, k) => (look.getPropertyValue(`--prob-${k + 1}`).trim().match(/\w\w/g) || []).map((hex) => parseInt(hex, 16)));
    const top = mercator(north), bottom = mercator(south), dLat = (north - south) / sea.rows;
    for (let y = 0; y < height; y++) {
      const m = top + ((y + 0.5) / height) * (bottom - top);
      const lat = (Math.atan(Math.exp(m)) * 360) / Math.PI - 90;
      const row = Math.min(Math.max((north - lat) / dLat - 0.5, 0), sea.rows - 1);
      const r0 = Math.min(Math.floor(row), sea.rows - 2), fr = row - r0;
      for (let x = 0; x < width; x++) {
        const col = Math.min(Math.max((x + 0.5) / UPSCALE - 0.5, 0), sea.cols - 1);
        const c0 = Math.min(Math.floor(col), sea.cols - 2), fc = col - c0, at = r0 * sea.cols + c0;
        const upper = values[at] * (1 - fc) + values[at + 1] * fc;
        const lower = values[at + sea.cols] * (1 - fc) + values[at + sea.cols + 1] * fc;
        const bin = binOf((upper * (1 - fr) + lower * fr) / 2.5);
        if (!bin) continue;
        const [red, green, blue] = colours[bin - 1], k = 4 * (y * width + x);
        image.data[k] = red; image.data[k + 1] = green; image.data[k + 2] = blue; image.data[k + 3] = 150;
      }
    }
    pen.putImageData(image, 0, 0);
    return canvas.toDataURL();
  }

  function swatch(className, word) {
    const item = document.createElement("li"), colour = document.createElement("span"), said = document.createElement("span");
    colour.className = `nation-swatch ${className}`;
    said.textContent = word;
    item.append(colour, said);
    return item;
  }

  function legend(how, words) {
    const box = document.getElementById("korea-legend");
    if (!box || !frames) return;
    const title = document.createElement("p"), list = document.createElement("ul");
    title.className = "legend-title";
    if (how.shown === "level") {
      title.textContent = words.level;
      frames.levelWords.forEach((word, k) => list.append(swatch(`district-level-${k}`, word)));
    } else {
      const isPast = how.when !== "event" && !(frames.prob[how.shown] || [])[how.step];
      const when = how.when === "event" ? words.event : isPast ? words.past : words.step.replace("{time}", frames.labels[how.step]);
      title.textContent = `${words.names[how.shown] || how.shown} · ${when}`;
      const edges = [0, ...BINS, 100];
      edges.slice(0, -1).forEach((from, k) => list.append(swatch(`prob-${k}`, `${from}–${edges[k + 1]}\u00a0%`)));
    }
    box.replaceChildren(title, list);
  }

  /* step, shown, when, selected, frames, words -> [hideout of the districts, picture of the sea, label of the step] */
  function paintNation(step, shown, when, selected, given, words) {
    if (!given) return [skip(), skip(), skip()];
    if (frames !== given) {
      frames = given;
      seaCodes = given.sea ? Uint8Array.from(atob(given.sea.code), (letter) => letter.charCodeAt(0)) : null;
    }
    const at = Math.max(0, Math.min(frames.labels.length - 1, Number(step) || 0));
    if (playing && at !== ownStep) stop();
    painted = { step: at, shown, when, selected, version: frames.version };
    legend(painted, words.legend);
    markRow(selected);
    return [painted, seaUrl(painted), frames.labels[at]];
  }

  /* A new snapshot: the same step, shown anew. A page opened before the first one begins at now and with its
     district. */
  function renewNation(given, step, shown, when, selected, words) {
    if (!given) return;
    if (selected == null && given.first != null) select(given.first);
    if (!frames) dash.set_props("korea-step", { value: (step = given.now) });
    const [hideout, url, label] = paintNation(step, shown, when, selected, given, words);
    dash.set_props("korea-districts", { hideout });
    dash.set_props("korea-sea", { url });
    dash.set_props("korea-step-label", { children: label });
  }

  function markRow(selected) {
    document.querySelectorAll("#korea-table tr[data-position]").forEach((row) => {
      row.classList.toggle("is-chosen", row.dataset.position === String(selected));
    });
  }

  let playWords = null;
  function stop() {
    clearInterval(playing);
    playing = null;
    if (playWords) dash.set_props("korea-play", { "aria-pressed": "false", "aria-label": playWords.play });
  }

  function playNation(clicks, given, words) {
    playWords = words;
    if (!clicks || !given || playing) {
      if (playing) stop();
      return ["false", words.play];
    }
    ownStep = painted.step || 0;
    playing = setInterval(function () {
      if (document.hidden || !document.getElementById("korea-step")) return stop();
      ownStep = (ownStep + 1) % frames.labels.length;
      dash.set_props("korea-step", { value: ownStep });
    }, PLAY_MS);
    return ["true", words.pause];
  }

  /* As `plain` of the server's place search: letters typed alone become initial consonants. */
  const plain = (words) => words.toLowerCase().normalize("NFKD").replace(/\p{Mn}/gu, "").normalize("NFC").replace(/[^\p{L}\p{N}]/gu, "");

  function rows() {
    return Array.from(document.querySelectorAll("#korea-table tr[data-search]"));
  }

  /* Keeps the rows that hold what was typed, and offers the first few as buttons. */
  function searchNation(typed) {
    const wanted = plain(typed || ""), box = document.getElementById("korea-found");
    const hits = rows().filter((row) => {
      const is = !wanted || row.dataset.search.split(" ").some((word) => word.includes(wanted));
      row.hidden = !is;
      return is;
    });
    if (!box) return;
    if (!wanted) return box.replaceChildren();
    if (!hits.length) return void (box.textContent = box.dataset.none);
    const first = (row) => row.dataset.search.split(" ").findIndex((word) => word.startsWith(wanted));
    const rank = (row) => (first(row) < 0 ? 9 : first(row));
    box.replaceChildren(...hits.sort((a, b) => rank(a) - rank(b)).slice(0, N_FOUND).map((row) => {
      const button = document.createElement("button");
      button.className = "district-pick";
      button.dataset.position = row.dataset.position;
      button.dataset.fly = "yes";
      button.textContent = row.querySelector("th").textContent;
      return button;
    }));
  }

  document.addEventListener("click", function (event) {
    const pick = event.target.closest && event.target.closest(".district-pick");
    if (!pick) return;
    select(Number(pick.dataset.position));
    if (!pick.dataset.fly) document.getElementById("korea-district").closest("section").scrollIntoView({ block: "nearest", behavior: "smooth" });
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || event.target.id !== "korea-search") return;
    const first = document.querySelector("#korea-found .district-pick");
    if (first) first.click();
  });

  dash.ansimgil = Object.assign(dash.ansimgil || {}, { paintNation, renewNation, playNation, searchNation });
})();
