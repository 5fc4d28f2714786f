/* Functions that dash-leaflet layers name in their props: {"variable": "ansimgil.map.<name>"}. Text only, never HTML. */
(function () {
  "use strict";
  const root = (window.ansimgil = window.ansimgil || {});

  const REST_MS = 200;

  /* Tells where a map looks once it has come to rest, and at once when a person presses something beside it, which
     may ask for its middle. Every telling costs Dash tens of milliseconds, too much for the frames of a movement. */
  function tellView(map) {
    const id = `${map.getContainer().id}-view`;
    let waiting = null;
    function tell() {
      clearTimeout(waiting);
      waiting = null;
      const at = map.getCenter();
      window.dash_clientside.set_props(id, { data: { lat: at.lat, lng: at.lng, zoom: map.getZoom() } });
    }
    function later() {
      clearTimeout(waiting);
      waiting = setTimeout(tell, REST_MS);
    }
    function pressed(event) {
      const isKey = event.type === "keydown", isBeside = !map.getContainer().contains(event.target);
      if (waiting && isBeside && (!isKey || event.key === "Enter" || event.key === " ")) tell();
    }
    map.on("moveend", later);
    for (const kind of ["pointerdown", "click", "keydown"]) document.addEventListener(kind, pressed, true);
    map.on("unload", function () {
      clearTimeout(waiting);
      for (const kind of ["pointerdown", "click", "keydown"]) document.removeEventListener(kind, pressed, true);
    });
  }

  L.Map.addInitHook(function () {
    if (this._container.id.endsWith("map")) this.whenReady(() => tellView(this));
  });

  function textNode(text) {
    const span = document.createElement("span");
    span.textContent = text;
    return span;
  }

  function choiceClass(properties, context) {
    const selected = context && context.hideout && context.hideout.selected;
    if (!selected || !properties.kind) return "";
    return properties.kind === selected ? " is-selected" : " is-other";
  }

  root.map = {
    /* feature -> path options; colours come from CSS by className. */
    style: function (feature, context) {
      const className = (feature.properties.className || "") + choiceClass(feature.properties, context);
      return Object.assign({ className }, feature.properties.style || {});
    },

    /* feature, latlng -> marker drawn by CSS. */
    point: function (feature, latlng) {
      const p = feature.properties;
      const html = p.count ? String(Number(p.count)) : "";
      const icon = L.divIcon({ className: `pin ${p.className || ""}`, html, iconSize: p.size || [28, 28] });
      return L.marker(latlng, { icon, title: p.label, alt: p.label, keyboard: true, interactive: true });
    },

    /* onEachFeature: tooltip from `label`, popup from `detail`; keeps the path's class in step with the choice. */
    label: function (feature, layer, context) {
      const p = feature.properties;
      if (p.label) layer.bindTooltip(textNode(p.label), { sticky: true, className: "map-tip" });
      if (p.detail) layer.bindPopup(textNode(p.detail));
      if (!layer.setStyle || !p.kind) return;
      const setStyle = layer.setStyle.bind(layer);
      layer.setStyle = function (style) {
        setStyle(style);
        if (layer._path && style && style.className !== undefined) {
          layer._path.setAttribute("class", `${style.className} leaflet-interactive`);
        }
        return layer;
      };
    },

    /* Online background tiles that cannot be had: after three the layer goes, and our own streets are there. */
    tileerror: function (event) {
      const layer = event.target;
      layer.missed = (layer.missed || 0) + 1;
      if (layer.missed < 3 || !layer._map) return;
      const map = layer._map, box = map.getContainer().closest("[data-area]");
      layer.remove();
      map.attributionControl.addAttribution((box && box.dataset.offlineWords) || "");
    },

    /* A dragged marker reports where it was dropped. */
    dragend: function (event, context) {
      const at = event.target.getLatLng();
      context.setProps({ position: [Number(at.lat.toFixed(6)), Number(at.lng.toFixed(6))] });
    },
  };
})();
