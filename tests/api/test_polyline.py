import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.api.polyline import FIVE, SIX, decode_polyline, encode_polyline
from risk_core.errors import InputError

POINT = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(points=st.lists(POINT, max_size=30), digits=st.sampled_from([FIVE, SIX]))
def test_what_is_encoded_is_decoded(points, digits):
    told = decode_polyline(encode_polyline(points, digits), digits)
    assert len(told) == len(points)
    for (lat, lon), (lat_0, lon_0) in zip(told, points, strict=True):
        assert max(abs(lat - lat_0), abs(lon - lon_0)) <= 0.5001 * 10**-digits


@given(text=st.text(max_size=80))
def test_any_text_is_a_line_or_refused(text):
    try:
        assert all(math.isfinite(one) for point in decode_polyline(text) for one in point)
    except InputError as error:
        assert error.faults[0].argument == "polyline"


@pytest.mark.parametrize("text", ["~", "_p~iF", "\x00\x00", "가", "~" * 50])
def test_broken_texts_are_refused(text):
    with pytest.raises(InputError):
        decode_polyline(text)
