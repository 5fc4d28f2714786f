"""From letting go of a marker to the new route on the map, in a headless browser on a running server.

    make run &
    python -m tests.benchmarks.bench_drag [--url http://127.0.0.1:8050] [--drags 20] [--write]

The clock starts at the browser's own pointer event and stops when the drawn path changes, so everything between counts:
callback, network, search, drawing. Drags that leave the route as it was are not counted.
"""

import argparse
import shutil
import sys
import time

import numpy as np

from tests.benchmarks.results import dated, keep

VIEW = "/?area=coquimbo&from=-29.91175,-71.23958&to=-29.92586,-71.24799"
WATCH = """
window.dragged = {};
addEventListener('mouseup', () => { window.dragged = {begin: performance.now()}; }, true);
const paths = () => [...document.querySelectorAll('path.route')].map(p => p.getAttribute('d')).join();
let before = paths();
new MutationObserver(() => {
  const now = paths();
  if (now === before) return;
  before = now;
  if (now && window.dragged.begin) window.dragged.end ??= performance.now();
}).observe(document.querySelector('.leaflet-map-pane'), {subtree: true, childList: true, attributes: true});
"""


def open_browser():
    """A headless browser of desktop size."""
    from selenium.webdriver import Chrome
    from selenium.webdriver.chrome.options import Options

    options = Options()
    options.binary_location = shutil.which("chromium") or ""
    for word in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--window-size=1440,900",
    ):
        options.add_argument(word)
    return Chrome(options=options)


def drag_once(driver, rng) -> float:
    """Milliseconds from letting go to the first change of the routes; NaN where nothing changed."""
    from selenium.webdriver.common.action_chains import ActionChains

    markers = driver.find_elements("css selector", ".leaflet-marker-draggable")
    x, y = (int(step) for step in rng.integers(-70, 71, 2))
    moves = ActionChains(driver, duration=60).click_and_hold(markers[0]).move_by_offset(x, y).pause(0.1).release()
    moves.perform()
    time.sleep(2.0)
    found = driver.execute_script("return window.dragged")
    return found["end"] - found["begin"] if "end" in found and "begin" in found else float("nan")


def main() -> None:
    """Drag and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="http://127.0.0.1:8050")
    parser.add_argument("--drags", type=int, default=20)
    parser.add_argument("--write", action="store_true", help="keep the figures in benchmarks.json")
    args = parser.parse_args()
    driver = open_browser()
    try:
        driver.get(args.url + VIEW)
        time.sleep(8.0)
        driver.execute_script(WATCH)
        rng = np.random.default_rng(1)
        spent = np.array([drag_once(driver, rng) for _ in range(args.drags)])
    finally:
        driver.quit()
    counted = spent[np.isfinite(spent)]
    if not len(counted):
        raise SystemExit("no drag changed the route; is the map open at that address?")
    figures = f"median {np.median(counted):.0f} ms, 95 % {np.quantile(counted, 0.95):.0f}, worst {counted.max():.0f}"
    told = f"{len(counted)} of {args.drags} drags changed the route: {figures}"
    sys.stdout.write(f"{told}\n")
    if args.write:
        keep("B", {"dragged marker, drill playing": dated("python -m tests.benchmarks.bench_drag", told)})


if __name__ == "__main__":
    main()
