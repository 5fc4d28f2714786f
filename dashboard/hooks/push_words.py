"""What a browser shows of a change: a title and one sentence in the reader's language."""

import json
from collections.abc import Mapping
from typing import Any

from dashboard.i18n import text
from risk_core.state.level import Level


def push_text(body: Mapping[str, Any], lang: str) -> bytes:
    """Message for the service worker from what a webhook would be told.

    Parameters
    ----------
    body
        `type`, `area`, `name`, `level`, `layer`, `simulated`, as `dashboard.hooks.watch.news` tells them.
    lang
        ko or en.
    """
    level = body.get("level")
    word = text(f"level.{level or 'unknown'}", lang)
    kind = "above" if body["type"] == "risk.above" else "below"
    threshold = text(f"level.{Level[str(body['threshold']).upper()].name.lower()}", lang)
    title = text(f"push.title_{kind}", lang, place=body["name"], level=word)
    drill = f" {text('push.drill', lang)}" if body.get("simulated") else ""
    told = {
        "title": title + drill,
        "body": text(f"push.body_{kind}", lang, threshold=threshold),
        "url": f"/?area={body['area']}&lang={lang}",
        "tag": f"level-{body['area']}",
        "lang": lang,
    }
    return json.dumps(told, ensure_ascii=False).encode()
