"""Words by which a district is found: its names in both scripts, initial consonants, and its code."""

from dashboard.views.place_search import initial_consonants, plain
from risk_core.state.area import District


def search_words(district: District) -> str:
    """Everything a district is found by, in one line; the browser looks for what was typed in it.

    Examples
    --------
    >>> words = search_words(District("26350", "부산 해운대구", "Haeundae-gu, Busan", "", 0.0, 35.2, 129.2))
    >>> words.split()[:2], words.split()[2] == plain("ㅂㅅㅎㅇㄷㄱ"), words.split()[3]
    (['부산해운대구', 'haeundaegubusan'], True, '26350')
    """
    names = dict.fromkeys(plain(name) for name in (district.name_ko, district.name_en, district.name_local) if name)
    korean = initial_consonants(district.name_ko) if district.name_ko else ""
    return " ".join(filter(None, (*names, korean, plain(district.district_id))))
