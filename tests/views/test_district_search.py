import pytest

from dashboard.views.district_search import initial_consonants, plain, search_words
from risk_core.state.area import District

HAEUNDAE = District("26350", "부산 해운대구", "Haeundae-gu, Busan", "Haeundae", 0.0, 35.2, 129.2)


@pytest.mark.parametrize(
    "typed", ["해운대", "부산 해운대구", "haeundae", "Haeundae-gu", "ㅎㅇㄷ", "ㅂㅅㅎㅇㄷㄱ", "26350", "BUSAN", "운대"]
)
def test_a_district_is_found_by_either_script_initials_and_code(typed):
    assert any(plain(typed) in word for word in search_words(HAEUNDAE).split())


@pytest.mark.parametrize("typed", ["ㅎㄷㅇ", "수원", "ㅂㅅㅎㄷ", "9"])
def test_other_words_do_not_find_it(typed):
    assert not any(plain(typed) in word for word in search_words(HAEUNDAE).split())


def test_doubled_consonants_and_other_letters():
    assert initial_consonants("까치 빵 A1") == "ㄲㅊㅃa1"
    assert plain("Séoul—Jung'gu") == "seouljunggu"
