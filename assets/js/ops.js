/* The coordinators' map: tells the street layer which snapshot to colour and close the streets by. */
(function () {
  "use strict";
  const dash = (window.dash_clientside = window.dash_clientside || {});

  function opsFrame(frame) {
    if (!frame) return "";
    window.dispatchEvent(new CustomEvent("ansimgil:frame", { detail: frame }));
    return frame.version;
  }

  /* Letters of the text and the most there may be. */
  function countLetters(words) {
    const field = document.getElementById("ops-message");
    return `${(words || "").length} / ${(field && field.maxLength) || 90}`;
  }

  dash.ansimgil = Object.assign(dash.ansimgil || {}, { opsFrame, countLetters });
})();
