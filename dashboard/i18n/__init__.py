"""Every word a person reads, one file a language; code holds keys only.

A key is the dotted path in the file: ``level.alert``, ``reason.rain_rate``, ``drill.caption.rain_near``.
"""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

DEFAULT_LANGUAGE: Final = "ko"
FOLDER: Final = Path(__file__).parent


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """Codes of the languages there are, the default one first.

    Examples
    --------
    >>> languages()
    ('ko', 'en')
    """
    found = sorted(path.stem for path in FOLDER.glob("*.toml"))
    return tuple(sorted(found, key=lambda lang: lang != DEFAULT_LANGUAGE))


@lru_cache(maxsize=8)
def messages(lang: str) -> Mapping[str, str]:
    """All messages of a language by dotted key.

    Raises
    ------
    KeyError
        For a language without a file.
    """
    if lang not in languages():
        raise KeyError(lang)
    return MappingProxyType(_flatten(tomllib.loads((FOLDER / f"{lang}.toml").read_text("utf-8")), ""))


def text(key: str, lang: str, **values: object) -> str:
    """Message of a key in a language, with its named places filled.

    Parameters
    ----------
    key
        Dotted key.
    lang
        One of `languages()`.
    values
        What the message's ``{name}`` places are filled with; those it does not name are ignored.

    Raises
    ------
    KeyError
        For an unknown key or language, or a place without a value.

    Examples
    --------
    >>> text("level.alert", "en"), text("level.alert", "ko")
    ('Alert', '경계')
    """
    message = messages(lang)[key]
    return message.format(**values) if values else message


def has_text(key: str, lang: str = DEFAULT_LANGUAGE) -> bool:
    """Whether a message exists under the key.

    Examples
    --------
    >>> has_text("level.alert"), has_text("level.none_such")
    (True, False)
    """
    return key in messages(lang)


def known_language(lang: str | None) -> str:
    """Choose the language asked for where there is one, otherwise the default.

    Examples
    --------
    >>> known_language("en"), known_language("xx"), known_language(None)
    ('en', 'ko', 'ko')
    """
    return lang if lang in languages() else DEFAULT_LANGUAGE


def _flatten(table: Mapping[str, object], prefix: str) -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, Mapping):
            flat |= _flatten(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = str(value)
    return flat
