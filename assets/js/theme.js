/* Light or dark: the reader's choice, else the system's; set before the first paint. */
(function () {
  "use strict";
  const root = (window.ansimgil = window.ansimgil || {});
  const KEY = "ansimgil-theme";
  const system = window.matchMedia("(prefers-color-scheme: dark)");

  function stored() {
    try { return localStorage.getItem(KEY); } catch (error) { return null; }
  }

  function apply() {
    const theme = stored() || (system.matches ? "dark" : "light");
    if (document.documentElement.dataset.theme === theme) return;
    document.documentElement.dataset.theme = theme;
    window.dispatchEvent(new Event("ansimgil:theme"));
  }

  root.theme = {
    isDark: () => document.documentElement.dataset.theme === "dark",
    toggle: function () {
      try { localStorage.setItem(KEY, root.theme.isDark() ? "light" : "dark"); } catch (error) { /* private mode: this page only */ }
      document.documentElement.dataset.theme = root.theme.isDark() ? "light" : "dark";
      window.dispatchEvent(new Event("ansimgil:theme"));
    },
  };
  system.addEventListener("change", apply);
  apply();
})();
