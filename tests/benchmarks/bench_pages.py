"""How quickly the citizen's page answers the hand: frames while panning, slider steps, first answer on a bad line.

    make run &
    python -m tests.benchmarks.bench_pages [--url http://127.0.0.1:8050] [--view PATH] [--only frames slider answer]
        [--write]

All times are the browser's own, headless and without a graphics card. `frames` begins once the page has asked nothing
for two seconds (a drill that plays asks each second), and pans a bare Leaflet map of the same size after it, in the
emptied page. `answer` loads the page with an empty cache over 400 kbit/s and 400 ms (slow 3G as Chromium's tools name
it) on a CPU slowed down four times, and stops when the level stands in the status strip.
"""

import argparse
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.benchmarks.bench_drag import VIEW, open_browser
from tests.benchmarks.results import dated, keep

N_PAN, N_STEP, N_LOAD = 40, 24, 3
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
SLOWER = 4
PAN = """
const done = arguments[arguments.length - 1], map = ansimgil.leaflet, gaps = [];
let last = performance.now(), n = 0;
(function step() {
  const now = performance.now();
  if (n) gaps.push(now - last);
  last = now;
  if (n++ >= %d) return done(gaps);
  map.panBy([(n %% 20 < 10 ? 12 : -12), (n %% 14 < 7 ? 8 : -8)], {animate: false});
  requestAnimationFrame(step);
})();
"""
STEP = """
const done = arguments[arguments.length - 1], picture = document.querySelector('img.risk-picture');
const n = Number(document.querySelector('#citizen-step input, input#citizen-step').max) + 1, spent = [];
let k = 0;
(function next() {
  if (k >= %d) return done(spent);
  const begin = performance.now();
  picture.onload = () => { spent.push(performance.now() - begin); setTimeout(next, 60); };
  dash_clientside.set_props('citizen-step', {value: k++ %% n});
})();
"""
BARE = """
const done = arguments[arguments.length - 1], {x, y} = ansimgil.leaflet.getSize(), box = document.createElement('div');
document.querySelectorAll('link[rel=stylesheet]').forEach(one => one.remove());
box.style.cssText = `width: ${x}px; height: ${y}px`;
document.body.replaceChildren(box);
const Tiles = L.GridLayer.extend({createTile() {
  const tile = document.createElement('canvas'), pen = tile.getContext('2d');
  tile.width = tile.height = 256;
  pen.fillStyle = '#f3f4f2';
  pen.fillRect(0, 0, 256, 256);
  return tile;
}});
ansimgil.leaflet = L.map(box).setView([35.15, 128.95], 14);
new Tiles().addTo(ansimgil.leaflet);
setTimeout(done, 500);
"""
QUIET = """
const done = arguments[arguments.length - 1], begin = performance.now();
let asked = begin;
new PerformanceObserver(() => { asked = performance.now(); }).observe({type: 'resource'});
(function look() {
  const now = performance.now();
  if (now - asked > 2000 || now - begin > 90000) return done(now - begin);
  setTimeout(look, 100);
})();
"""
READY = "return Boolean(window.ansimgil && ansimgil.leaflet && ansimgil.streets.state().nStreet > 0)"
ANSWERED = """
(function look() {
  const word = document.querySelector('.status-word');
  if (word && word.innerText.trim() && word.getBoundingClientRect().height) window.answered = performance.now();
  else requestAnimationFrame(look);
})();
"""


def frames(driver: Any, url: str) -> tuple[str, np.ndarray]:
    """Milliseconds between frames while the map is panned, and the same of a bare Leaflet map as the base line."""
    _opened(driver, url)
    waited_s = driver.execute_async_script(QUIET) / 1000
    streets = driver.execute_script("return ansimgil.streets.state().nStreet")
    spent = np.array(driver.execute_async_script(PAN % N_PAN))
    driver.execute_async_script(BARE)
    bare = np.array(driver.execute_async_script(PAN % N_PAN))
    base = f"bare Leaflet median {np.median(bare):.0f} ms, 95 % {np.quantile(bare, 0.95):.0f}"
    return f"frame while panning, {streets:,} streets, quiet after {waited_s:.0f} s ({base})", spent


def slider(driver: Any, url: str) -> tuple[str, np.ndarray]:
    """Milliseconds from a step of the slider to its picture; the pictures were seen once before."""
    _opened(driver, url)
    driver.execute_async_script(STEP % N_STEP)
    return "slider step", np.array(driver.execute_async_script(STEP % N_STEP))


def answer(driver: Any, url: str) -> tuple[str, np.ndarray]:
    """Milliseconds from asking for the page to the level word, on a bad line and a slow phone."""
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": True})
    driver.execute_cdp_cmd("Network.emulateNetworkConditions", SLOW_3G)
    driver.execute_cdp_cmd("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": ANSWERED})
    driver.set_page_load_timeout(120)
    spent = []
    for _ in range(N_LOAD):
        driver.get("about:blank")
        driver.get(url)
        spent.append(driver.execute_script("return window.answered"))
    driver.execute_cdp_cmd("Emulation.setCPUThrottlingRate", {"rate": 1})
    return "answer card on slow 3G and a CPU slowed 4 times", np.array(spent)


MEASURES: dict[str, Callable[[Any, str], tuple[str, np.ndarray]]] = {
    "frames": frames, "slider": slider, "answer": answer,
}  # fmt: skip


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="http://127.0.0.1:8050")
    parser.add_argument("--view", default=VIEW, help="path and query of what is looked at")
    parser.add_argument("--only", nargs="+", choices=tuple(MEASURES), default=tuple(MEASURES))
    parser.add_argument("--write", action="store_true", help="keep the figures in benchmarks.json")
    args = parser.parse_args()
    for name in args.only:
        driver = open_browser()
        try:
            driver.set_script_timeout(120)
            what, spent = MEASURES[name](driver, args.url + args.view)
        finally:
            driver.quit()
        figures = f"median {np.median(spent):.0f} ms, 95 % {np.quantile(spent, 0.95):.0f}, worst {spent.max():.0f}"
        sys.stdout.write(f"{what}: {figures} ({len(spent)} times)\n")
        if args.write:
            command = f"python -m tests.benchmarks.bench_pages --only {name} --view '{args.view}'"
            keep("H", {f"page {name}": dated(command, f"{what}: {figures} ({len(spent)} times)")})


def _opened(driver: Any, url: str) -> None:
    from selenium.webdriver.support.wait import WebDriverWait

    driver.get(url)
    WebDriverWait(driver, 60).until(lambda one: one.execute_script(READY))


if __name__ == "__main__":
    main()
