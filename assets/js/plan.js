/* The planner's map: streets as wide as the people on them at the time of the slider. */
(function () {
  "use strict";
  const root = (window.ansimgil = window.ansimgil || {});
  const pages = (window.dash_clientside = window.dash_clientside || {});
  pages.ansimgil = Object.assign(pages.ansimgil || {}, {
    /* Brings the figures into view. */
    planShown: function () {
      window.setTimeout(() => {
        const shown = document.querySelector("#plan-result > *");
        if (shown) shown.scrollIntoView({ block: "nearest" });
      }, 50);
      return "yes";
    },
    planBin: function (minutes, step) {
      binNow = Math.round((minutes || 0) / step);
      document.querySelectorAll(".plan-filling-bar").forEach(fill);
      return { bin: binNow };
    },
    /* The whole form, as the server reads it, with a token to ask how far the plan is; an empty field is null, for undefined would not be sent. */
    planAsked: function (clicks, ...form) {
      const [sketch, name, numbers, districts, percents, shut] = form, [danger_h, half_gone_min, phase_min] = numbers;
      const asked = { sketch, name, danger_h, half_gone_min, phase_min, districts, percents, shut };
      const bytes = crypto.getRandomValues(new Uint8Array(12));
      const token = Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
      return Object.fromEntries([["token", token], ...Object.entries(asked).map(([key, value]) => [key, value ?? null])]);
    },
    /* Plan A is the one before the next. */
    planHold: function (clicks, known) {
      return [known || null, known ? "true" : "false"];
    },
  });
  let binNow = 0;
  /* A shelter's bar at the time of the slider: how full, and places left. */
  function fill(bar) {
    const share = JSON.parse(bar.dataset.fill), left = JSON.parse(bar.dataset.left);
    const at = Math.min(binNow, share.length - 1);
    bar.querySelector("i").style.blockSize = `${Math.min(100, share[at] || 0)}%`;
    bar.querySelector("b").textContent = (left[at] || 0).toLocaleString();
  }
  function add() {
    if (!root.map) return window.setTimeout(add, 20);
    /* feature, latlng -> a bar that fills. */
    root.map.filling = function (feature, latlng) {
      const p = feature.properties, bar = document.createElement("span");
      bar.className = "plan-filling-bar";
      bar.dataset.fill = p.fill;
      bar.dataset.left = p.left;
      bar.append(document.createElement("i"), document.createElement("b"));
      fill(bar);
      const icon = L.divIcon({ className: "plan-filling", html: bar, iconSize: [14, 44], iconAnchor: [-12, 30] });
      return L.marker(latlng, { icon, title: p.label, alt: p.label });
    };
    /* feature -> path options; width grows with the square root of the flow. */
    root.map.flow = function (feature, context) {
      const bin = (context && context.hideout && context.hideout.bin) || 0;
      const people = (feature.properties.flow || [])[bin] || 0;
      const weight = people > 0 ? Math.min(14, 1 + Math.sqrt(people) / 2.5) : 0;
      return { className: "plan-flow", weight, opacity: people > 0 ? 0.85 : 0 };
    };
  }
  add();
})();
