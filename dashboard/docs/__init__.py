"""The guide: one Markdown file a topic and language, written for readers of the page /docs."""

from functools import lru_cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
TOPICS: Final = ("citizen", "health", "coordinator", "developer", "open", "numbers", "city", "hazard", "feed")
"""Topics in the order of the page: a first hour for each role, then how things are made."""


def known_topic(word: str | None) -> str:
    """Choose the topic asked for where there is one, otherwise the first.

    Examples
    --------
    >>> known_topic("feed"), known_topic("../secret"), known_topic(None)
    ('feed', 'citizen', 'citizen')
    """
    return word if word in TOPICS else TOPICS[0]


@lru_cache(maxsize=64)
def read_topic(topic: str, lang: str) -> str:
    """Markdown of a topic in a language.

    Raises
    ------
    KeyError
        For a topic that does not exist.
    """
    if topic not in TOPICS:
        raise KeyError(topic)
    return (FOLDER / lang / f"{topic}.md").read_text("utf-8")
