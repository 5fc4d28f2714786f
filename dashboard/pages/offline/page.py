"""Addresses of the service worker, of the page it shows without a connection, and of the web manifest."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import Flask, Response, request
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboard.i18n import has_text, known_language, text
from dashboard.settings import CHECKOUT

WORKER: Final = "/worker.js"
OFFLINE: Final = "/offline"
MANIFEST: Final = "/manifest.webmanifest"
IGNORED_ASSETS: Final = r"^(worker|kept)\.js$"
"""Scripts of the kept page, which no other page loads."""
ASSETS: Final = CHECKOUT / "assets"
ICONS: Final = (("ansimgil.svg", "any", "image/svg+xml"), ("ansimgil-192.png", "192x192", "image/png"),
                ("ansimgil-512.png", "512x512", "image/png"))  # fmt: skip
GROUND: Final = "#f1f3f5"
PRIMARY: Final = "#0b50d0"
KEPT_WORDS: Final = ("kept", "way_kept", "nothing", "age_now", "age_minutes", "age_hours")

TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


def register_offline(server: Flask) -> None:
    """Add the three addresses to the server."""

    def worker() -> Response:
        return _file(worker_script(), "text/javascript", {"Service-Worker-Allowed": "/"})

    def offline() -> Response:
        return _file(offline_page(known_language(request.args.get("lang"))), "text/html")

    def manifest() -> Response:
        return _file(manifest_text(known_language(request.args.get("lang"))), "application/manifest+json")

    server.add_url_rule(WORKER, "worker", worker)
    server.add_url_rule(OFFLINE, "offline", offline)
    server.add_url_rule(MANIFEST, "manifest", manifest)


@lru_cache(maxsize=1)
def worker_script() -> str:
    """Script of the worker with the version of everything it keeps: a changed file makes it install itself anew."""
    script = (ASSETS / "offline" / "worker.js").read_text("utf-8")
    kept = [script, offline_page("ko"), offline_page("en"), (ASSETS / "offline" / "kept.js").read_text("utf-8")]
    version = hashlib.sha256("\0".join(kept).encode()).hexdigest()[:12]
    return script.replace("__VERSION__", version)


@lru_cache(maxsize=8)
def offline_page(lang: str) -> str:
    """Give the page shown without a connection; its script fills in what was kept on the device."""

    def words(name: str) -> str:
        key = f"offline.{name}"
        return text(key if has_text(key) else name, lang)

    kept = {name: text(f"offline.{name}", lang) for name in KEPT_WORDS}
    return TEMPLATES.get_template("offline.html").render(lang=lang, t=words, words=kept)


def manifest_text(lang: str) -> str:
    """Web manifest in a language."""
    icons = [
        {"src": f"/assets/icons/{name}", "sizes": sizes, "type": kind, "purpose": "any"} for name, sizes, kind in ICONS
    ]
    icons.append({**icons[-1], "purpose": "maskable"})
    told = {
        "id": "/",
        "name": text("app.name", lang),
        "short_name": text("app.name", lang),
        "description": text("app.tagline", lang),
        "lang": lang,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": PRIMARY,
        "icons": icons,
        "shortcuts": [{"name": text("lite.link", lang), "url": f"/lite?lang={lang}"}],
    }
    return json.dumps(told, ensure_ascii=False)


def _file(body: str, mimetype: str, headers: dict[str, str] | None = None) -> Response:
    return Response(body, mimetype=mimetype, headers={"Cache-Control": "no-cache", **(headers or {})})
