"""Warnings that are heard and felt, and messages to this device while no page is open: on consent alone."""

import json
import time
import urllib.request
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from selenium import webdriver

from tests.browser.conftest import Page, Server, pytest_setup_options

VIEW = "?area=coquimbo&from=-29.9118,-71.2396&to=-29.9259,-71.2480"
SWITCH = "document.getElementById('citizen-push-switch')"
NOTE = "document.getElementById('citizen-push-note').innerText"
ANSWERED = "ansimgil.live.state().version !== null && document.querySelectorAll('.route-card').length > 0"
ENDPOINT = "https://push.example.org/send/1"
SUBSCRIBED = """
window.subscribed = null;
const made = { endpoint: "ENDPOINT", toJSON: () => ({ endpoint: "ENDPOINT", expirationTime: null, keys: {
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg' } }), unsubscribe: async () => { window.subscribed = null; return true; } };
if (window.PushManager) PushManager.prototype.subscribe = async (options) => {
  made.length = options.applicationServerKey.length; window.subscribed = made; return made; };
if (window.PushManager) PushManager.prototype.getSubscription = async () => window.subscribed;
""".replace("ENDPOINT", ENDPOINT)
"""A push service cannot be had on a machine of its own, so the browser's half of one is given in its place."""
PUSHED = """(() => {
  const registration = self.registration, show = registration.showNotification.bind(registration);
  registration.showNotification = async (title, options) => {
    await show(title, options);
    const { body, tag, data } = options, told = JSON.stringify({ title, body, tag, url: data && data.url });
    await caches.open('shown').then((cache) => cache.put('/shown', new Response(told)));
  };
  self.dispatchEvent(new PushEvent('push', { data: MESSAGE }));
})()"""
"""What the worker shows and the browser accepts is put by: how long a notice stays is up to the desktop, and a machine
without one may drop it at once."""
WAKE = """
const done = arguments[arguments.length - 1];
navigator.serviceWorker.ready.then((one) => { one.active.postMessage("wake"); done(true); });
"""
SHOWN = """
const done = arguments[arguments.length - 1];
caches.match('/shown', { cacheName: 'shown' }).then((kept) => kept ? kept.json() : null).then(done);
"""


@pytest.fixture
def page() -> Iterator[Page]:
    """A page of a browser that may show notifications: dash[testing] switches them off in its own."""
    options = pytest_setup_options()
    options.add_argument("--headless=new")
    driver = webdriver.Chrome(options=options)
    opened = Page(SimpleNamespace(driver=driver))
    try:
        opened.size(390, 844, True)
        yield opened
    finally:
        driver.quit()


def allow(page: Page, server: Server, setting: str = "granted") -> None:
    asked = {"permission": {"name": "notifications"}, "setting": setting, "origin": server.url}
    page.driver.execute_cdp_cmd("Browser.setPermission", asked)


def ask(server: Server, path: str, body: dict[str, object]) -> dict[str, object]:
    sent = urllib.request.Request(
        server.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(sent, timeout=30) as answer:
        return dict(json.load(answer))


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_messages_are_switched_on_shown_without_a_page_and_forgotten(
    page: Page, quiet_server: Server, lang: str
) -> None:
    page.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": SUBSCRIBED})
    allow(page, quiet_server)
    page.open(f"{quiet_server.url}/{VIEW}&lang={lang}")
    page.until(ANSWERED)
    page.click("#citizen-push-switch")
    page.until(f"{SWITCH}.getAttribute('aria-pressed') === 'true'")
    place = str(page.until("localStorage.getItem('ansimgil-push-place')"))
    page.until(f"{NOTE}.includes({json.dumps(place)})")
    assert page.script("window.subscribed.length") == 65
    page.open(f"{quiet_server.url}/{VIEW}&lang={lang}")
    page.until(f"{SWITCH}.getAttribute('aria-pressed') === 'true'")
    shown(page, place)
    page.script(f"(window.subscribed = {{ endpoint: '{ENDPOINT}', unsubscribe: async () => true }})")
    page.click("#citizen-push-switch")
    page.until(f"{SWITCH}.getAttribute('aria-pressed') === 'false'")
    page.until(f"{NOTE} === ''")
    assert ask(quiet_server, "/api/v1/push/forget", {"endpoint": ENDPOINT}) == {"was_known": False}


def workers(page: Page) -> list[str]:
    """Service workers that are awake."""
    targets = page.driver.execute_cdp_cmd("Target.getTargets", {})["targetInfos"]
    return [one["targetId"] for one in targets if one["type"] == "service_worker"]


def shown(page: Page, place: str) -> None:
    """The worker shows what the server would send."""
    told = {"title": f"{place} 경계", "body": "b", "url": "/?area=coquimbo", "tag": "level-coquimbo", "lang": "ko"}
    run = page.driver.execute_cdp_cmd

    def is_awake() -> bool:
        """Wake the worker, which the browser lets sleep when nothing is asked of it."""
        page.driver.execute_async_script(WAKE)
        return bool(workers(page))

    page.until_true(is_awake, 60)
    session = run("Target.attachToTarget", {"targetId": workers(page)[0], "flatten": False})["sessionId"]
    push = PUSHED.replace("MESSAGE", json.dumps(json.dumps(told)))
    message = json.dumps({"id": 1, "method": "Runtime.evaluate", "params": {"expression": push}})
    run("Target.sendMessageToTarget", {"sessionId": session, "message": message})
    found = None
    end_s = time.monotonic() + 60
    while not found and time.monotonic() < end_s:
        found = page.driver.execute_async_script(SHOWN)
    assert found == {key: told[key] for key in ("title", "body", "tag", "url")}


def test_a_denied_permission_is_told_with_a_next_step(page: Page, quiet_server: Server) -> None:
    allow(page, quiet_server, "denied")
    page.open(f"{quiet_server.url}/{VIEW}&lang=en")
    page.until(ANSWERED)
    page.click("#citizen-push-switch")
    page.until(f"{NOTE}.includes('settings')")
    assert page.script(f"{SWITCH}.getAttribute('aria-pressed')") == "false"
    allow(page, quiet_server, "granted")
