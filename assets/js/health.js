/* The health page: map, slider, small pictures and table choose the same district. No question to the server. */
(function () {
  "use strict";
  const root = (window.ansimgil = window.ansimgil || {});
  const dash = (window.dash_clientside = window.dash_clientside || {});
  const PLAY_MS = 900;
  let known = null, playing = null, ownStep = 0;

  function levelOf(position, how) {
    const levels = known && known.levels[how.step];
    return levels && levels[position] !== undefined ? levels[position] : -1;
  }

  function classOf(position, how) {
    const level = levelOf(position, how);
    const colour = how.shown === "grid" ? "is-outline" : level < 0 ? "district-unknown" : `district-level-${level}`;
    return `district ${colour}${how.selected === String(position) ? " is-chosen" : ""}`;
  }

  /* Puts a district into the field above, which everything follows. */
  function pick(position) {
    const field = document.getElementById("health-place");
    if (!field) return;
    field.value = field.value === String(position) ? "" : String(position);
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  let shown = {};
  root.health = {
    style: (feature, context) => ({ className: classOf(feature.properties.position, (context && context.hideout) || shown) }),
    each: function (feature, layer) {
      const setStyle = layer.setStyle.bind(layer);
      layer.setStyle = function (style) {
        setStyle(style);
        if (layer._path && style.className) layer._path.setAttribute("class", `${style.className} leaflet-interactive`);
        return layer;
      };
      layer.bindTooltip(() => {
        const said = document.createElement("span"), level = levelOf(feature.properties.position, shown);
        said.textContent = `${feature.properties.name}: ${level < 0 ? known && known.unknown : known.words[level]}`;
        return said;
      }, { sticky: true, className: "map-tip" });
      layer.on("click", () => pick(feature.properties.position));
    },
  };

  /* step, what is shown, frames, choice -> [picture, label, hideout of the districts]. */
  function healthFrame(value, what, frames, chosen) {
    if (!frames) return Array(3).fill(dash.no_update);
    known = frames;
    const step = Math.max(0, Math.min(frames.labels.length - 1, Number(value) || 0));
    const url = what === "grid" ? frames.template.replaceAll("{layer}", "infection").replaceAll("{step}", String(step)) : frames.blank;
    shown = { step, shown: what, selected: (chosen && chosen.place) || "", version: frames.version };
    return [url, frames.labels[step], { ...shown }];
  }

  function stop(words) {
    clearInterval(playing);
    playing = null;
    return ["false", words.play];
  }

  function healthPlay(clicks, frames, words) {
    if (!clicks || !frames || playing) return stop(words);
    const slider = document.getElementById("health-step");
    ownStep = Number((slider.querySelector("input") || slider).value) || 0;
    playing = setInterval(function () {
      ownStep = (ownStep + 1) % frames.labels.length;
      dash.set_props("health-step", { value: ownStep });
    }, PLAY_MS);
    return ["true", words.pause];
  }

  document.addEventListener("click", function (event) {
    const one = event.target.closest && event.target.closest("[data-pick]");
    if (one) pick(one.dataset.pick);
    const png = event.target.closest && event.target.closest("[data-png]");
    if (png) savePicture(png);
    const head = event.target.closest && event.target.closest(".sort-button");
    if (head) sort(head);
  });

  function savePicture(button) {
    const card = button.closest(".card"), plot = card && card.querySelector(".js-plotly-plot");
    if (plot && window.Plotly) window.Plotly.downloadImage(plot, { format: "png", width: 1200, height: 500, filename: button.dataset.png });
  }

  const numberOf = (cell) => (cell && cell.dataset.value !== undefined ? Number(cell.dataset.value) : null);

  /* Sorts the rows of a table by the column of its head; a second press turns the order. */
  function sort(button) {
    const head = button.closest("th"), table = head.closest("table"), body = table.tBodies[0];
    const column = Array.from(head.parentNode.children).indexOf(head);
    const descending = head.getAttribute("aria-sort") !== "descending";
    for (const one of head.parentNode.children) one.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const key = (row) => {
      const cell = row.children[column], value = numberOf(cell.querySelector("[data-value]"));
      return value === null ? cell.innerText : value;
    };
    const order = (a, b) => {
      const x = key(a), y = key(b);
      if (Number.isNaN(x)) return 1;
      if (Number.isNaN(y)) return -1;
      return (typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y))) * (descending ? -1 : 1);
    };
    body.append(...Array.from(body.rows).sort(order));
  }

  dash.ansimgil = Object.assign(dash.ansimgil || {}, { healthFrame, healthPlay });
})();
