/*
 * Draws the lines of a way in words from the data of its list: a long way has hundreds of parts, and made one by one by
 * the page's framework they would hold up the drawing of the way itself. Each line is [what, how far, class, level].
 */
(function () {
  "use strict";

  function part(className, textContent, title) {
    const span = Object.assign(document.createElement("span"), { className, textContent });
    if (title) span.title = title;
    return span;
  }

  function line([what, length, level, word]) {
    const item = document.createElement("li");
    item.append(part(`turn-level ${level}`, "", word), part("turn-what", what), part("turn-length", length));
    return item;
  }

  function fill() {
    for (const list of document.querySelectorAll("ol[data-turns]")) {
      if (list.drawn === list.dataset.turns) continue;
      list.drawn = list.dataset.turns;
      list.replaceChildren(...JSON.parse(list.drawn).map(line));
    }
  }

  const watch = { subtree: true, childList: true, attributes: true, attributeFilter: ["data-turns"] };
  new MutationObserver(fill).observe(document.documentElement, watch);
})();
