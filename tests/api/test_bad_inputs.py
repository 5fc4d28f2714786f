"""A corpus of over 300 bad questions: bombs, numbers that are none, swapped axes, homoglyphs. Every one is refused."""

import json
import os
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.answers import Answers
from dashboard.api import create_api
from tests.answers.small_world import NOW_S, make_library, write_next
from tests.tiny import node_position

LAT, LON = node_position(14)
TEMPLATES = {
    "/v1/risk": '{"area":"tiny","lat":%LAT%,"lon":%LON%}',
    "/v1/risk/batch": '{"area":"tiny","points":[{"lat":%LAT%,"lon":%LON%}]}',
    "/v1/routes": '{"area":"tiny","from":{"lat":%LAT%,"lon":%LON%},"to":{"lat":-29.9491,"lon":-71.2989}}',
    "/v1/reach": '{"area":"tiny","from":{"lat":%LAT%,"lon":%LON%},"limits_s":[600.0]}',
}
"""A question at each address; the place is put in."""
NUMBERS = (
    "NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1e30", "-1e30", "null", "true", "false", "[]", "{}", '"abc"',
    '""', '"\\u0000"', '"\\uff11\\uff12"', '"\\u0663"', '"-29,95"', '"0x1f"', '"1e"', "9" * 5000, "1" * 400 + ".5",
    "[-29.95]", '{"$gt":0}', '"__import__(1)"', '"\\ud800"', "--29.95", "+29.95", "0x1f", "1_0", ".5", "5.",
)  # fmt: skip
OFF_EARTH = {"%LAT%": ("91", "-90.0001", "180", "-271"), "%LON%": ("181", "-180.5", "190", "540", "-431")}
BODIES = (
    b"", b"null", b"[]", b"7", b'"text"', b"{", b'{"area":', b"\xff\xfe{}", b"{}" * 3, b"\x00" * 64, b"<alert/>",
    b"[" * 100_000, b'{"a":' * 50_000 + b"1" + b"}" * 50_000, b'{"area":"tiny","lat":[' + b"1," * 200_000 + b"1]}",
    b'{"area":"' + b"a" * 3_000_000 + b'"}', b'{"area":"../../etc/passwd","lat":0,"lon":0}',
    '{"area":"tіny","lat":-29.95,"lon":-71.3}'.encode(), b'{"area":"tiny\\u0000","lat":-29.95,"lon":-71.3}',
)  # fmt: skip
"""Whole bodies; the last but one writes a Cyrillic letter in the name of the area."""


def filled(path: str, lat: object = LAT, lon: object = LON) -> bytes:
    return TEMPLATES[path].replace("%LAT%", str(lat)).replace("%LON%", str(lon)).encode()


def corpus() -> list[tuple[str, bytes]]:
    """Every bad question, by its address."""
    found: list[tuple[str, bytes]] = []
    for path in TEMPLATES:
        found += [(path, filled(path, lat=word)) for word in (*NUMBERS, *OFF_EARTH["%LAT%"])]
        found += [(path, filled(path, lon=word)) for word in (*NUMBERS, *OFF_EARTH["%LON%"])]
        found += [(path, body) for body in BODIES]
        found.append((path, filled(path, lat=LON, lon=LAT)))
    return found


CORPUS = corpus()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    home: Path = tmp_path_factory.mktemp("home")
    library = make_library(home)
    write_next(library)
    settings = library.settings.replace(open_per_min=0)
    return create_api(type(library)(settings, marks_use=False), Answers(library), lambda: NOW_S).test_client()


def resident_byte() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def is_refused(path: str, answer: TestResponse) -> bool:
    """Whether a problem is told; among many places each bad one is told of beside the good."""
    if path == "/v1/risk/batch" and answer.status_code == 200:
        return all(one["fault"] for one in answer.get_json()["results"])
    return 400 <= answer.status_code < 500 and answer.mimetype == "application/problem+json"


def test_good_questions_are_answered(client: FlaskClient) -> None:
    for path in TEMPLATES:
        answer = client.post(path, data=filled(path), content_type="application/json")
        assert answer.status_code == 200, (path, answer.get_data()[:300])


def test_every_bad_question_is_refused_with_a_problem_and_leaves_no_memory_behind(client: FlaskClient) -> None:
    assert len(CORPUS) >= 300
    wrong = []
    for round_ in range(2):
        before = resident_byte()
        for path, body in CORPUS:
            answer = client.post(path, data=body, content_type="application/json")
            if not is_refused(path, answer):
                wrong.append((path, body[:120], answer.status_code, answer.get_data()[:400]))
            elif len(answer.get_data()) > 20_000:
                wrong.append((path, body[:120], "long answer"))
        if round_:
            assert resident_byte() - before < 50_000_000
    assert not wrong, json.dumps([[str(part) for part in one] for one in wrong[:8]], indent=1)
