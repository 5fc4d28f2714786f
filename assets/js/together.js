/*
 * A card that is drawn anew resets each of its parts once they stand, one dispatch a part, and after every dispatch
 * the renderer asks every part of the page whether it has changed: six hundred new parts on a page of a thousand cost
 * a second. These resets change nothing that is drawn, so the page is asked once after all of them. Nothing else is
 * touched; a renderer without such resets does as it always did.
 */
(function () {
  "use strict";
  const RESET = "RESET_COMPONENT_STATE";

  function tellTogether(store) {
    const { dispatch, subscribe } = store;
    const untold = new Set();
    let isReset = false, isPlanned = false;

    function tell() {
      isPlanned = false;
      const listeners = [...untold];
      untold.clear();
      listeners.forEach((listener) => listener());
    }
    store.dispatch = function (action) {
      if (!action || action.type !== RESET) return dispatch(action);
      isReset = true;
      try {
        return dispatch(action);
      } finally {
        isReset = false;
        if (!isPlanned) queueMicrotask(tell);
        isPlanned = true;
      }
    };
    store.subscribe = function (listener) {
      const stop = subscribe(function () {
        if (isReset) return untold.add(listener);
        untold.delete(listener);
        listener();
      });
      return function () {
        untold.delete(listener);
        stop();
      };
    };
  }

  /* The renderer shows each of its stores here before any part of the page has subscribed. */
  const stores = (window.dash_stores = window.dash_stores || []);
  stores.push = function (store) {
    tellTogether(store);
    return Array.prototype.push.call(this, store);
  };
})();
