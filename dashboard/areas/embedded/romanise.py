"""Korean place names in Latin letters by the Revised Romanisation of Korean (2000), sound changes included."""

from typing import Final

_FIRST: Final = ["g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"]
_VOWEL: Final = [
    "a",
    "ae",
    "ya",
    "yae",
    "eo",
    "e",
    "yeo",
    "ye",
    "o",
    "wa",
    "wae",
    "oe",
    "yo",
    "u",
    "wo",
    "we",
    "wi",
    "yu",
    "eu",
    "ui",
    "i",
]
_LAST: Final = [
    "",
    "k",
    "k",
    "k",
    "n",
    "n",
    "n",
    "t",
    "l",
    "k",
    "m",
    "l",
    "l",
    "l",
    "p",
    "l",
    "m",
    "p",
    "p",
    "t",
    "t",
    "ng",
    "t",
    "t",
    "k",
    "t",
    "p",
    "t",
]
_MOVED: Final = [
    "",
    "g",
    "kk",
    "gs",
    "n",
    "nj",
    "n",
    "d",
    "r",
    "lg",
    "lm",
    "lb",
    "ls",
    "lt",
    "lp",
    "r",
    "m",
    "b",
    "bs",
    "s",
    "ss",
    "ng",
    "j",
    "ch",
    "k",
    "t",
    "p",
    "h",
]
"""How a final consonant sounds when a vowel follows."""

_UNITS: Final = {"시": "si", "군": "gun", "구": "gu", "도": "do", "읍": "eup", "면": "myeon", "동": "dong", "리": "ri"}

_RIEUL, _NIEUN, _MIEUM, _SILENT = 5, 2, 6, 11


def romanise(text: str) -> str:
    """Romanise one word of Hangul, first letter a capital.

    Sound changes at syllable borders follow section 3.1 of the rules (종로 Jongno, 신라 Silla, 독립 Dongnip);
    characters that are no Hangul syllables stay as they are.

    Examples
    --------
    >>> romanise("종로"), romanise("강릉"), romanise("밀양"), romanise("울릉"), romanise("신라")
    ('Jongno', 'Gangneung', 'Miryang', 'Ulleung', 'Silla')
    """
    parts = [divmod(ord(char) - 0xAC00, 28) if "가" <= char <= "힣" else None for char in text]
    out = []
    for i, part in enumerate(parts):
        if part is None:
            out.append(text[i])
            continue
        before = parts[i - 1] if i else None
        after = parts[i + 1] if i + 1 < len(parts) else None
        first, vowel = divmod(part[0], 21)
        out.append(_onset(first, before[1] if before else 0) + _VOWEL[vowel] + _coda(part[1], after))
    return "".join(out).capitalize()


def romanise_unit(name: str) -> str:
    """Romanise an administrative name: the unit is set off by a hyphen and changes no sound.

    Examples
    --------
    >>> romanise_unit("종로구"), romanise_unit("중구"), romanise_unit("양양군")
    ('Jongno-gu', 'Jung-gu', 'Yangyang-gun')
    """
    if len(name) > 1 and name[-1] in _UNITS:
        return f"{romanise(name[:-1])}-{_UNITS[name[-1]]}"
    return romanise(name)


def _onset(first: int, last_before: int) -> str:
    """First consonant after the final consonant `last_before` (0 for none)."""
    if first == _RIEUL and last_before:
        return "l" if _LAST[last_before] in ("l", "n") else "n"
    if first == _NIEUN and _LAST[last_before] == "l":
        return "l"
    if first == _SILENT and last_before and _LAST[last_before] != "ng":
        return _MOVED[last_before]
    return _FIRST[first]


def _coda(last: int, after: tuple[int, int] | None) -> str:
    """Final consonant before the syllable `after`."""
    sound = _LAST[last]
    if after is None or not sound:
        return sound
    first = after[0] // 21
    if first == _SILENT and sound != "ng":
        return ""
    if first in (_NIEUN, _MIEUM, _RIEUL):
        sound = {"k": "ng", "t": "n", "p": "m"}.get(sound, sound)
    return "l" if first == _RIEUL and sound == "n" else sound
