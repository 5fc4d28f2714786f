/* Functions that dash-leaflet layers name in their props: {"variable": "ansimgil.map.<name>"}. Text only, never HTML. */
(function () {
  "use strict";
  const root = (window.ansimgil = window.ansimgil || {});

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
