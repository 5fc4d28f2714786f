"""Log lines for people or for machines, which never hold a place or a secret, whoever wrote them."""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any, Final

TEXT_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
HIDDEN: Final = "*"
_NUMBER: Final = r"[-+]?\d{1,3}\.\d+"
_RULES: Final = (
    (re.compile(r"(ansimgil_[0-9a-f]{8}_)[\w-]+"), rf"\g<1>{HIDDEN}"),
    (re.compile(r"polyline6?\([^)]*\)"), f"polyline({HIDDEN})"),
    (re.compile(r"(/[\w./{}:,;%@-]*)\?[^\s'\"]+"), rf"\g<1>?{HIDDEN}"),
    (
        re.compile(r"(\b(?:lat|lon|lng|latitude|longitude)(?:_deg)?\W{1,4})[-+]?\d+(?:\.\d+)?", re.IGNORECASE),
        rf"\g<1>{HIDDEN}",
    ),
    (re.compile(rf"{_NUMBER}(?:\s*[,;]\s*|%2[Cc]|\s+){_NUMBER}"), HIDDEN),
    (re.compile(r"(?<![\d.])[-+]?\d{1,3}\.\d{4,}(?![\d.])"), HIDDEN),
)
"""Keys, encoded lines, query strings, named coordinates, pairs of decimals, and decimals finer than ten metres."""
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def scrub(text: str) -> str:
    """Take places, query strings and secrets out of a text.

    Examples
    --------
    >>> scrub("GET /api/v1/risk?lat=37.5665&lon=126.978 failed")
    'GET /api/v1/risk?* failed'
    >>> scrub("asked at 37.5665,126.978 in 0.125 s")
    'asked at * in 0.125 s'
    >>> scrub("key ansimgil_1f2e3d4c_abcDEF-1 of the desk")
    'key ansimgil_1f2e3d4c_* of the desk'
    """
    for pattern, put in _RULES:
        text = pattern.sub(put, text)
    return text


class TextFormatter(logging.Formatter):
    """One line for a person."""

    def __init__(self) -> None:
        super().__init__(TEXT_FORMAT)

    def format(self, record: logging.LogRecord) -> str:
        """Give the line without places and secrets."""
        return scrub(super().format(record))


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, process, and whatever the caller added as ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line without places and secrets."""
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": scrub(record.getMessage()),
            "process": record.process,
        }
        for name, value in vars(record).items():
            if name not in _STANDARD:
                told[name] = scrub(value) if isinstance(value, str) else value
        if record.exc_info:
            told["error"] = scrub(self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=False, default=str)


def formatter(log_format: str) -> logging.Formatter:
    """Give the formatter of the setting ``log_format``: text or json."""
    return JsonFormatter() if log_format == "json" else TextFormatter()


def set_up_log(level: str, log_format: str) -> None:
    """Log to stderr, at this level and above."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(log_format))
    logging.basicConfig(level=level.upper(), handlers=[handler])
