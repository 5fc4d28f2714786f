"""Words by which a district is found: its names in both scripts, and the initial consonants of the Korean one."""

import unicodedata
from typing import Final

from risk_core.state.area import District

FIRST_SYLLABLE: Final = 0xAC00
LAST_SYLLABLE: Final = 0xD7A3
SYLLABLES_PER_INITIAL: Final = 588
INITIALS: Final = bytes.fromhex("31323437383941424345464748494a4b4c4d4e")
"""Last byte of the letter a person types for each initial consonant, in the block of compatibility jamo (U+3100)."""
JAMO_BLOCK: Final = 0x3100


def initial_consonants(words: str) -> str:
    """Initial consonant of each Korean syllable, other letters as they are, without spaces.

    Examples
    --------
    >>> initial_consonants("부산 해운대구"), initial_consonants("Jeju")
    ('ㅂㅅㅎㅇㄷㄱ', 'jeju')
    """
    return "".join(_initial(letter) for letter in plain(words))


def plain(words: str) -> str:
    """Small letters without accents, spaces, hyphens, commas and apostrophes, composed as typed.

    Examples
    --------
    >>> plain("Jung-gu, Séoul"), plain("서울 중구")
    ('jungguseoul', '서울중구')
    """
    apart = unicodedata.normalize("NFD", words.casefold())
    bare = "".join(letter for letter in apart if unicodedata.category(letter) != "Mn")
    return "".join(letter for letter in unicodedata.normalize("NFC", bare) if letter.isalnum())


def search_words(district: District) -> str:
    """Everything a district is found by, in one line; the browser looks for what was typed in it.

    Examples
    --------
    >>> search_words(District("26350", "부산 해운대구", "Haeundae-gu, Busan", "", 0.0, 35.2, 129.2))
    '부산해운대구 haeundaegubusan ㅂㅅㅎㅇㄷㄱ 26350'
    """
    names = dict.fromkeys(plain(name) for name in (district.name_ko, district.name_en, district.name_local) if name)
    korean = initial_consonants(district.name_ko) if district.name_ko else ""
    return " ".join(filter(None, (*names, korean, plain(district.district_id))))


def _initial(letter: str) -> str:
    at = ord(letter)
    if FIRST_SYLLABLE <= at <= LAST_SYLLABLE:
        return chr(JAMO_BLOCK + INITIALS[(at - FIRST_SYLLABLE) // SYLLABLES_PER_INITIAL])
    return letter
