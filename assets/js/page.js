/* The clientside callbacks of the frame every page shares, and links that keep the view. */
(function () {
  "use strict";
  const root = (window.ansimgil = window.ansimgil || {});
  const dash = (window.dash_clientside = window.dash_clientside || {});

  function noUpdate() {
    return dash.no_update;
  }

  /* Shares by the phone's own sheet, else copies the address. */
  async function share(clicks, words) {
    if (!clicks) return "";
    try {
      if (navigator.share && window.matchMedia("(pointer: coarse)").matches) await navigator.share({ url: location.href });
      else await navigator.clipboard.writeText(location.href);
      return words.done;
    } catch (error) {
      return error.name === "AbortError" ? "" : words.failed;
    }
  }

  /* Which of several buttons is pressed: [chosen name, aria-pressed of each]. */
  function choose(clicks, current) {
    const context = dash.callback_context;
    const buttons = context.inputs_list[0];
    const clicked = context.triggered_id && context.triggered.some((item) => item.value);
    const chosen = clicked ? context.triggered_id.name : current;
    return [chosen, buttons.map((button) => String(button.id.name === chosen))];
  }

  /* Which of several buttons are pressed: [chosen names, aria-pressed of each]. */
  function toggle(clicks, current) {
    const context = dash.callback_context, chosen = new Set(current || []);
    const clicked = context.triggered_id && context.triggered.some((item) => item.value);
    if (clicked && !chosen.delete(context.triggered_id.name)) chosen.add(context.triggered_id.name);
    return [Array.from(chosen), context.inputs_list[0].map((button) => String(chosen.has(button.id.name)))];
  }

  function badge(live, words) {
    const state = (live && live.state) || "connecting";
    if (live && live.late && state !== "offline") return [live.late, "live-badge is-late"];
    const text = (words[state] || "").replace("{since}", (live && live.since) || "–");
    return [text, `live-badge is-${state}`];
  }

  /* Follows the area's events; gives the language of the content. */
  function follow(context) {
    if (!context) return dash.no_update;
    document.documentElement.lang = context.lang;
    root.live.follow(context.area);
    return context.lang;
  }

  /* Escape closes an open menu and gives the focus back to its button. */
  document.addEventListener("keydown", function (event) {
    const open = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });

  function theme(clicks) {
    if (clicks) root.theme.toggle();
    return String(root.theme.isDark());
  }

  /* Gives the native file field of a drop box the name of its button; Dash offers no way to, and draws it late. */
  function nameDrop(id) {
    const box = document.getElementById(id), field = box && box.querySelector("input[type=file]");
    if (field) field.setAttribute("aria-label", box.querySelector("button").innerText);
    else if (location.pathname === "/sources") setTimeout(() => nameDrop(id), 100);
    return "";
  }

  dash.ansimgil = Object.assign(dash.ansimgil || {}, { nameDrop, share, choose, toggle, badge, follow, theme, noUpdate });

  /* Native selects inside [data-store] report into that store, all at once, by name. */
  document.addEventListener("change", function (event) {
    const form = event.target.tagName === "SELECT" && event.target.closest("[data-store]");
    if (!form) return;
    const data = Object.fromEntries(Array.from(form.querySelectorAll("select"), (one) => [one.name, one.value]));
    dash.set_props(form.dataset.store, { data });
  });

  /* The answer of the shell goes once the page's own stands. */
  const early = document.getElementById("early"), entry = document.getElementById("react-entry-point");
  if (early && entry) {
    const watch = new MutationObserver(function () {
      if (!entry.querySelector("main")) return;
      watch.disconnect();
      early.remove();
    });
    watch.observe(entry, { childList: true, subtree: true });
  }

  /* A slider says its value while it moves, and when it is set from elsewhere. */
  function say(range) {
    const box = range.closest(".range-field"), said = box && box.querySelector(".range-said");
    if (said) said.textContent = `${range.value}${said.dataset.unit || ""}`;
  }
  document.addEventListener("input", (event) => event.target.type === "range" && say(event.target));

  /* A link within the page moves the eye and the focus, and nothing else: a changed hash would make Dash draw the page
     anew. */
  document.addEventListener("click", function (event) {
    const link = event.target.closest && event.target.closest("a[href^='#']");
    const to = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!to) return;
    event.preventDefault();
    to.tabIndex = -1;
    to.focus({ preventScroll: true });
    to.scrollIntoView();
  });

  /* a[data-keep] goes to the current view with the link's own query on top. */
  document.addEventListener("click", function (event) {
    const link = event.target.closest && event.target.closest("a[data-keep]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const own = new URL(link.href), now = new URLSearchParams(location.search);
    const kept = new URLSearchParams();
    for (const [key, value] of now) if (link.dataset.keep === "lang" || ["lang", "h"].includes(key)) kept.set(key, value);
    for (const [key, value] of own.searchParams) kept.set(key, value);
    location.assign(`${own.pathname}?${kept}`);
  });
  /* [data-csv] saves the tables of the box it names as one, as they are shown, each caption as a last line. */
  function saveTable(button) {
    const box = button.dataset.csv;
    const tables = Array.from(document.querySelectorAll(`${box} table`)).filter((one) => !one.closest("[data-csv-skip]"));
    if (!tables.length) return;
    /* The words of a folded table are not laid out: its text is read as it stands. */
    const quoted = (cell) => `"${(cell.innerText || cell.textContent).trim().replaceAll('"', '""')}"`;
    const rowsOf = (table, k) => (k ? Array.from(table.tBodies).flatMap((one) => Array.from(one.rows)) : Array.from(table.rows));
    const lines = tables.flatMap((table, k) => rowsOf(table, k).map((row) => Array.from(row.cells, quoted).join(",")));
    const caption = tables.filter((one) => one.caption).map((one) => `"# ${one.caption.textContent.replaceAll('"', '""')}"`);
    /* The mark at the beginning tells spreadsheets that it is UTF-8. */
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff", [...lines, ...caption].join("\n"), "\n"], { type: "text/csv" }));
    link.download = `${button.dataset.csv.replace(/\W+/g, "-").replace(/^-/, "")}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }
  document.addEventListener("click", function (event) {
    const csv = event.target.closest && event.target.closest("[data-csv]");
    if (csv) saveTable(csv);
    if (event.target.closest && event.target.closest(".print-button")) window.print();
  });
})();
