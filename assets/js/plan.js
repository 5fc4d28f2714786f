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
      return { bin: Math.round((minutes || 0) / step) };
    },
  });
  function add() {
    if (!root.map) return window.setTimeout(add, 20);
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
