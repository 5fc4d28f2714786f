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
  /* Letters of a text by kind, as dashboard/acts/messages.py has them. */
  const MOST = { notice: 157, emergency: 90 };

  function countLetters(words, chosen) {
    const most = MOST[chosen.kind];
    return [`${(words || "").length} / ${most}`, most];
  }

  dash.ansimgil = Object.assign(dash.ansimgil || {}, { opsFrame, countLetters });
})();
