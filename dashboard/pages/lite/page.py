"""Address of the page, and how it is kept within its size."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from flask import Flask, Response, abort, request
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboard.i18n import has_text, known_language, languages, text
from dashboard.pages.lite.content import Content, content_at
from dashboard.pages.lite.place import Asked, find_asked, first_place
from dashboard.pages.page import Opened, Services, open_query
from dashboard.views.alerts import AlertWords
from dashboard.views.deeplink import page_href
from dashboard.views.format import area_name, date_and_clock, offset_words

PATH: Final = "/lite"
MAX_BYTES: Final = 14_000
"""Size of the page uncompressed, so that it fits the first round trip of a connection."""
MAX_FORM_BYTES: Final = 4_096
MAX_WORDS: Final = 600
"""Letters of an official text when the page would be too large otherwise."""
LIMITS: Final = (10, 8, 6, 4, 3, 2, 1)
"""Entries of each list tried, longest first."""
POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; frame-ancestors 'none'"
)

TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def register_lite(server: Flask, services: Services) -> None:
    """Add the page to the server; places are asked by POST, so that none stands in an address or a log."""

    def lite() -> Response:
        if (request.content_length or 0) > MAX_FORM_BYTES:
            abort(413)
        fields = request.form if request.method == "POST" else request.args
        lang = asked_language(fields.get("lang"))
        opened = open_query(services, {"area": fields.get("area"), "lang": lang})
        if opened is None:
            return _finish(TEMPLATES.get_template("none.html").render(lang=lang, t=_words(lang)), lang)
        is_question = request.method == "POST"
        asked = find_asked(opened.area, fields, lang) if is_question else Asked(first_place(opened.area))
        return _finish(render(opened, asked), lang)

    server.add_url_rule(PATH, "lite", lite, methods=["GET", "POST"])


def asked_language(word: str | None) -> str:
    """Language of the address, else the one the browser prefers, else the default."""
    if word in languages():
        return known_language(word)
    return known_language(request.accept_languages.best_match(languages()))


def render(opened: Opened, asked: Asked) -> str:
    """Draw the page with as many entries of its lists as fit in `MAX_BYTES`."""
    whole = content_at(opened, asked.place)
    page = ""
    for content in shortened(whole):
        page = TEMPLATES.get_template("lite.html").render(**_values(opened, asked, whole, content))
        if len(page.encode()) <= MAX_BYTES:
            break
    return page


def shortened(content: Content) -> Iterator[Content]:
    """Give the content with ever shorter lists, at last also with official texts cut; what to do is never cut."""
    for limit in LIMITS:
        yield _limited(content, limit)
    cut = tuple(_cut(one) for one in content.alerts)
    yield _limited(replace(content, alerts=cut), 1)


def _limited(content: Content, limit: int) -> Content:
    return replace(
        content,
        alerts=content.alerts[:limit],
        shelters=content.shelters[:limit],
        closures=content.closures[:limit],
        sources=content.sources[:limit],
    )


def _cut(alert: AlertWords) -> AlertWords:
    def short(words: str) -> str:
        return words if len(words) <= MAX_WORDS else words[:MAX_WORDS] + "…"

    return replace(alert, headline=short(alert.headline), instruction=short(alert.instruction))


def _values(opened: Opened, asked: Asked, whole: Content, content: Content) -> dict[str, object]:
    lang, area, library = opened.lang, opened.area, opened.services.library
    assessment = opened.assessment
    lists = ("alerts", "shelters", "closures", "sources")
    return {
        "lang": lang,
        "t": _words(lang),
        "c": content,
        "more": {name: len(getattr(whole, name)) - len(getattr(content, name)) for name in lists},
        "asked": asked,
        "area_id": area.area_id,
        "area": area_name(area, lang),
        "areas": [(one, area_name(library.area(one), lang)) for one in library.area_ids()],
        "languages": [(one, text("app.language_name", one)) for one in languages()],
        "time": "" if assessment is None else _time(opened, assessment.now_s),
        "full": page_href("/", area.area_id, lang),
        "credit": area.attribution,
    }


def _time(opened: Opened, now_s: float) -> str:
    return f"{date_and_clock(now_s, opened.zone, opened.lang)} ({offset_words(now_s, opened.zone)})"


def _words(lang: str) -> "_Words":
    return _Words(lang)


class _Words:
    """Messages of the page by their name in the table ``lite``, or by their whole key."""

    def __init__(self, lang: str) -> None:
        self._lang = lang

    def __call__(self, name: str, **values: object) -> str:
        key = f"lite.{name}"
        return text(key if has_text(key) else name, self._lang, **values)


def _finish(page: str, lang: str) -> Response:
    headers: Mapping[str, str] = {
        "Cache-Control": "private, no-store" if request.method == "POST" else "no-cache",
        "Content-Language": lang,
        "Content-Security-Policy": POLICY,
        "Vary": "Accept-Language",
    }
    return Response(page, mimetype="text/html", headers=headers)
