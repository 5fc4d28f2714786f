"""Address that the badge of every page asks whether anything has stopped."""

import json
from typing import Final

from flask import Flask, Response, request

from dashboard.pages.page import Services, open_query
from dashboard.pages.sources.truth import truth_words

PATH: Final = "/live.json"
KEPT_S: Final = 2.0
"""The same answer is given to everybody for this long."""


def register_live(server: Flask, services: Services) -> None:
    """Add the address: ``{"text": "what has stopped"}``, empty while all is well."""
    kept: dict[tuple[str, str], tuple[float, str]] = {}

    def live() -> Response:
        opened = open_query(services, {"area": request.args.get("area"), "lang": request.args.get("lang")})
        if opened is None:
            return _answer("")
        key, now_s = (opened.area.area_id, opened.lang), services.clock()
        known = kept.get(key)
        if known is None or not 0 <= now_s - known[0] < KEPT_S:
            known = kept[key] = now_s, truth_words(opened)
        return _answer(known[1])

    server.add_url_rule(PATH, "live", live)


def _answer(words: str) -> Response:
    body = json.dumps({"text": words}, ensure_ascii=False)
    return Response(body, mimetype="application/json", headers={"Cache-Control": "no-store"})
