/*
 * The streets of an area, drawn by the browser on canvas tiles from one binary file, with their risk and
 * closures from a second, small one. No tile server, no outside request, sharp at every zoom.
 *
 * The map's wrapper names the area and the file's version: <div data-area="coquimbo" data-hash="...">; without
 * data-hash only the ground is drawn. The window event "ansimgil:frame" with detail {area, version, streets}
 * gives the address of the bytes to colour the streets by (null: plain).
 */
(function () {
  "use strict";
  const root = (window.ansimgil = window.ansimgil || {});

  const PALETTES = {
    light: {
      ground: "#f3f4f2", casing: "#d5d8d8", rail: "#b9bec4", closed: "#a50f2d", closedDash: "#ffffff",
      road: ["#f7cf86", "#f9d999", "#fbe4b4", "#fdf0d3", "#ffffff", "#ffffff", "#ffffff", "#e9e6f2", "#e2efe4", "#ece9e2", "#ddd8cf", "#a9c3dd"],
    },
    dark: {
      ground: "#1b1f24", casing: "#14171b", rail: "#3d444d", closed: "#ff6b81", closedDash: "#1b1f24",
      road: ["#8a7242", "#7d6a44", "#6b6048", "#575349", "#454b54", "#3b414a", "#343a42", "#3a3846", "#2f3d36", "#33373d", "#3a3735", "#2e4356"],
    },
  };
  const NEAR_ZOOM = 15.5;
  /* Width in pixels at zoom 16 and smallest zoom at which each road class is drawn, in RoadClass order. */
  const WIDTH = [9, 8.5, 8, 7, 6, 4.6, 3, 4, 2.2, 1.8, 1.8, 2];
  const MIN_ZOOM = [0, 0, 9, 10, 12, 13, 15, 14, 14, 15, 15, 9];
  const N_BUCKET = 72;
  const FRAME_MS = 8, HAND_MS = 120;
  const LEVEL_CODES = [100, 150, 200];
  const LEVEL_COLOURS = ["#e2b400", "#e06a00", "#a50f2d"];

  const layers = new Set();
  let shown = null;
  let frame = null;
  let paintedVersion = null;
  let network = null;
  let risk = null;
  let closed = null;

  function theme() {
    const chosen = document.documentElement.dataset.theme;
    if (chosen) return chosen;
    return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }

  /* Decodes the area's file: see the API's description of /areas/{area}/streets.bin. */
  function decode(buffer) {
    const view = new DataView(buffer);
    if (view.getUint32(0, false) !== 0x41475331) throw new Error("streets file does not begin with AGS1");
    const nStreet = view.getUint32(4, true), nPoint = view.getUint32(8, true);
    let at = 16;
    const origin = [view.getFloat64(at, true), view.getFloat64(at + 8, true)];
    at += 16;
    const point = new Float32Array(buffer, at, nPoint * 2);
    at += nPoint * 8;
    const first = new Uint32Array(buffer, at, nStreet + 1);
    at += (nStreet + 1) * 4;
    const roadClass = new Uint8Array(buffer, at, nStreet);
    return { nStreet, origin, point, first, roadClass, stamp: new Uint32Array(nStreet), stampNow: 0, bucket: null };
  }

  function box(net, street) {
    let west = Infinity, east = -Infinity, north = Infinity, south = -Infinity;
    for (let k = net.first[street]; k < net.first[street + 1]; k++) {
      const x = net.point[2 * k], y = net.point[2 * k + 1];
      if (x < west) west = x;
      if (x > east) east = x;
      if (y < north) north = y;
      if (y > south) south = y;
    }
    return [west, north, east, south];
  }

  /* Registers every street in each bucket its box touches, so that a tile looks at few of them. */
  function index(net) {
    let west = Infinity, east = -Infinity, north = Infinity, south = -Infinity;
    for (let k = 0; k < net.point.length; k += 2) {
      west = Math.min(west, net.point[k]); east = Math.max(east, net.point[k]);
      north = Math.min(north, net.point[k + 1]); south = Math.max(south, net.point[k + 1]);
    }
    const width = (east - west) / N_BUCKET || 1e-9, height = (south - north) / N_BUCKET || 1e-9;
    const bucket = Array.from({ length: N_BUCKET * N_BUCKET }, () => []);
    net.bucket = { west, north, width, height, bucket };
    for (let street = 0; street < net.nStreet; street++) {
      const b = box(net, street);
      forBuckets(net, b[0], b[1], b[2], b[3], (cell) => cell.push(street));
    }
    return net;
  }

  function clampBucket(value) {
    return Math.max(0, Math.min(N_BUCKET - 1, Math.floor(value)));
  }

  function forBuckets(net, west, north, east, south, visit) {
    const b = net.bucket;
    const i0 = clampBucket((west - b.west) / b.width), i1 = clampBucket((east - b.west) / b.width);
    const j0 = clampBucket((north - b.north) / b.height), j1 = clampBucket((south - b.north) / b.height);
    for (let j = j0; j <= j1; j++) for (let i = i0; i <= i1; i++) visit(b.bucket[j * N_BUCKET + i]);
  }

  /* Streets that may touch the box, each once, those of hidden classes left out. */
  function streetsIn(net, west, north, east, south, zoom) {
    const found = [];
    const stamp = ++net.stampNow;
    forBuckets(net, west, north, east, south, (cell) => {
      for (const street of cell) {
        if (net.stamp[street] === stamp || zoom < MIN_ZOOM[net.roadClass[street]]) continue;
        net.stamp[street] = stamp;
        found.push(street);
      }
    });
    return found;
  }

  function trace(path, net, street, x0, y0, scale) {
    for (let k = net.first[street]; k < net.first[street + 1]; k++) {
      const x = x0 + net.point[2 * k] * scale, y = y0 + net.point[2 * k + 1] * scale;
      if (k === net.first[street]) path.moveTo(x, y);
      else path.lineTo(x, y);
    }
  }

  function stroke(context, path, colour, width, dash) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.setLineDash(dash || []);
    context.stroke(path);
  }

  const StreetLayer = L.GridLayer.extend({
    options: { updateWhenZooming: false, keepBuffer: 2, zIndex: 1, className: "street-layer" },

    createTile: function (coords) {
      const tile = document.createElement("canvas");
      const ratio = Math.min(2, window.devicePixelRatio || 1), size = this.getTileSize().x;
      tile.width = tile.height = size * ratio;
      this.draw(tile, coords);
      return tile;
    },

    /* Paints over the tiles that are there, so that nothing flashes; those in sight first, a few in each frame, so
       that a hundred thousand streets do not hold up the hand. A newer call takes the place of one under way. */
    repaint: function () {
      const turn = (this._turn = (this._turn || 0) + 1);
      const keys = Object.keys(this._tiles).sort((a, b) => this._tiles[b].current - this._tiles[a].current);
      const next = () => {
        const begin = performance.now();
        while (turn === this._turn && keys.length && performance.now() - begin < FRAME_MS) {
          const tile = this._tiles[keys.shift()];
          if (tile) this.draw(tile.el, tile.coords);
        }
        if (turn === this._turn && keys.length) requestAnimationFrame(next);
      };
      next();
    },

    draw: function (tile, coords) {
      const size = this.getTileSize().x, ratio = tile.width / size, colours = PALETTES[theme()];
      const context = tile.getContext("2d");
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.fillStyle = colours.ground;
      context.fillRect(0, 0, size, size);
      if (!network) return;
      const scale = size * Math.pow(2, coords.z);
      const x0 = network.origin[0] * scale - coords.x * size, y0 = network.origin[1] * scale - coords.y * size;
      const pad = 16 / scale;
      const streets = streetsIn(network, -x0 / scale - pad, -y0 / scale - pad, (size - x0) / scale + pad, (size - y0) / scale + pad, coords.z);
      context.lineCap = context.lineJoin = "round";
      this.drawRoads(context, colours, streets, coords.z, x0, y0, scale);
      this.drawClosed(context, colours, streets, coords.z, x0, y0, scale);
    },

    drawRoads: function (context, colours, streets, zoom, x0, y0, scale) {
      const paths = WIDTH.map(() => null), risky = LEVEL_COLOURS.map(() => null);
      for (const street of streets) {
        const k = network.roadClass[street];
        trace(paths[k] || (paths[k] = new Path2D()), network, street, x0, y0, scale);
        if (!risk || risk[street] === 255) continue;
        let level = -1;
        while (level + 1 < LEVEL_CODES.length && risk[street] >= LEVEL_CODES[level + 1]) level++;
        if (level >= 1) trace(risky[level] || (risky[level] = new Path2D()), network, street, x0, y0, scale);
      }
      const grow = Math.min(2.4, Math.max(0.24, Math.pow(2, (zoom - 16) * 0.72)));
      const footways = zoom >= 15;
      for (let k = WIDTH.length - 1; k >= 0; k--) {
        if (paths[k] && zoom >= 13 && k < 9) stroke(context, paths[k], colours.casing, WIDTH[k] * grow + 1.6);
      }
      for (let k = WIDTH.length - 1; k >= 0; k--) {
        if (!paths[k]) continue;
        const dash = k === 10 ? [2, 2] : k === 11 ? [6, 6] : k === 9 && footways ? [4, 3] : null;
        const colour = k >= 9 && k < 11 && theme() === "light" ? "#c3bcae" : colours.road[k];
        stroke(context, paths[k], colour, Math.max(0.7, WIDTH[k] * grow), dash);
      }
      for (let level = 1; level < risky.length; level++) {
        if (risky[level]) stroke(context, risky[level], LEVEL_COLOURS[level], Math.max(1.2, 2.4 * grow));
      }
    },

    drawClosed: function (context, colours, streets, zoom, x0, y0, scale) {
      if (!closed) return;
      let path = null;
      for (const street of streets) {
        if (closed[street]) trace(path || (path = new Path2D()), network, street, x0, y0, scale);
      }
      if (!path) return;
      const width = Math.min(9, Math.max(3.2, 5 * Math.pow(2, (zoom - 15) * 0.6)));
      stroke(context, path, colours.closed, width);
      if (zoom >= 13) stroke(context, path, colours.closedDash, width * 0.45, [width, width * 1.3]);
    },
  });

  /* A file that cannot be had leaves what was drawn; the live badge tells that the server is away. */
  function report(error) {
    console.warn(`streets: ${error.message}`);
  }

  function repaintAll() {
    layers.forEach((layer) => layer.repaint());
  }

  async function fetchBytes(url) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return response.arrayBuffer();
  }

  async function show(area, hash) {
    if (shown && shown.hash === hash) return;
    const wanted = (shown = { area, hash });
    network = risk = closed = null;
    const buffer = await fetchBytes(`/api/v1/areas/${encodeURIComponent(area)}/streets.bin?v=${hash}`);
    if (shown !== wanted) return;
    network = index(decode(buffer));
    repaintAll();
    if (frame) await paint(frame);
  }

  async function paint(wanted) {
    frame = wanted;
    if (!network || !shown || shown.area !== wanted.area) return;
    const bytes = wanted.streets ? new Uint8Array(await fetchBytes(wanted.streets)) : null;
    if (frame !== wanted || !network || (bytes && bytes.length !== 2 * network.nStreet)) return;
    risk = bytes && bytes.subarray(0, network.nStreet);
    closed = bytes && bytes.subarray(network.nStreet);
    paintedVersion = wanted.version;
    repaintAll();
  }

  root.streets = {
    /* What a test may look at: how many streets are drawn and closed, and for which snapshot. */
    state: function () {
      const nClosed = closed ? closed.reduce((sum, value) => sum + value, 0) : 0;
      return { nStreet: network ? network.nStreet : 0, nClosed, version: paintedVersion, theme: theme() };
    },
  };

  L.Map.addInitHook(function () {
    if (!this._container.id.endsWith("map")) return;
    const layer = new StreetLayer();
    layers.add(layer);
    layer.addTo(this);
    this.on("unload", () => layers.delete(layer));
    if (this.attributionControl) this.attributionControl.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
    root.leaflet = this;
    /* From far, groups of closures stand for their signs; map.css hides one or the other. */
    const looks = () => this._container.classList.toggle("looks-near", this.getZoom() >= NEAR_ZOOM);
    this.on("zoomend viewreset load", looks);
    this.whenReady(looks);
    const box = this._container.closest("[data-area]");
    if (box && box.dataset.hash) show(box.dataset.area, box.dataset.hash).catch(report);
  });
  /* While the hand moves the slider the picture follows at once, the streets when it rests. */
  let resting = null;
  window.addEventListener("ansimgil:frame", function (event) {
    clearTimeout(resting);
    resting = setTimeout(() => paint(event.detail).catch(report), paintedVersion === null ? 0 : HAND_MS);
  });
  window.addEventListener("ansimgil:theme", repaintAll);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaintAll);
})();
