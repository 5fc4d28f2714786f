"""CAP messages, good ones and the defects real feeds have."""

import json
from pathlib import Path

import pytest

from dashboard.feeds.cap import parse_cap
from dashboard.feeds.xml import MAX_BYTES, MAX_DEPTH
from dashboard.store.checking import Reading, check_records
from dashboard.store.kinds import KINDS, Kind
from risk_core.errors import InputError

V12 = "urn:oasis:names:tc:emergency:cap:1.2"
HEAD = (
    "<identifier>KMA-1</identifier><sender>kma.go.kr</sender><sent>2026-08-05T09:00:00+09:00</sent>"
    "<status>Actual</status><msgType>Alert</msgType><scope>Public</scope>"
)
SQUARE = "37.5,127.0 37.6,127.0 37.6,127.1 37.5,127.1 37.5,127.0"


def area(*outlines: str, name: str = "서울") -> str:
    return f"<area><areaDesc>{name}</areaDesc>{''.join(outlines)}</area>"


def polygon(text: str) -> str:
    return f"<polygon>{text}</polygon>"


def info(*areas: str, language: str = "ko-KR", event: str = "호우경보") -> str:
    return (
        f"<info><language>{language}</language><category>Met</category><event>{event}</event>"
        "<urgency>Immediate</urgency><severity>Severe</severity><certainty>Observed</certainty>"
        "<effective>2026-08-05T09:00:00+09:00</effective><onset>2026-08-05T10:00:00+09:00</onset>"
        f"<expires>2026-08-05T18:00:00+09:00</expires><headline>호우</headline>{''.join(areas)}</info>"
    )


def alert(body: str, head: str = HEAD, namespace: str = V12) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><alert xmlns="{namespace}">{head}{body}</alert>'.encode()


def test_one_record_an_information_block() -> None:
    part = parse_cap(alert(info(area(polygon(SQUARE))) + info(language="en-US", event="Heavy rain")), "a.xml")
    assert part.faults == []
    korean, english = part.records
    assert part.places == ["a.xml: info 1", "a.xml: info 2"]
    assert (korean["identifier"], korean["sender"], korean["info"], english["info"]) == ("KMA-1", "kma.go.kr", 0, 1)
    assert (korean["event"], english["event"], korean["area_text"]) == ("호우경보", "Heavy rain", "서울")
    assert korean["from_s"] == "2026-08-05T10:00:00+09:00"
    outline = json.loads(korean["geometry"])
    assert outline["coordinates"][0][0] == [127.0, 37.5]
    assert english["geometry"] is None
    checked = check_records(KINDS[Kind.ALERTS], part.records, Reading())
    assert checked.faults == []
    assert checked.rows[0]["until_s"] - checked.rows[0]["from_s"] == 8 * 3600


def test_version_1_1_and_messages_inside_a_feed() -> None:
    one = alert(info(), namespace=V12.replace("1.2", "1.1")).decode().partition("?>")[2]
    feed = (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><content>{one}</content></entry><entry>{one}</entry></feed>'
    )
    part = parse_cap(feed.encode(), "feed.xml")
    assert part.places == ["feed.xml: alert 1", "feed.xml: alert 2"]


def test_a_cancel_without_information_is_a_record() -> None:
    head = HEAD.replace("Alert", "Cancel") + "<references>kma.go.kr,KMA-0,2026-08-05T08:00:00+09:00</references>"
    (record,) = parse_cap(alert("", head), "a.xml").records
    assert (record["message_type"], record["referenced"]) == ("Cancel", "kma.go.kr,KMA-0,2026-08-05T08:00:00+09:00")
    assert check_records(KINDS[Kind.ALERTS], [record], Reading()).faults == []


def test_the_undeclared_prefix_is_read_and_told() -> None:
    inner = "".join(f"<cap:{name}>{text}</cap:{name}>" for name, text in
                    (("identifier", "1"), ("sender", "x"), ("sent", "2026-08-05T00:00:00-00:00"), ("status", "Actual"),
                     ("msgType", "Alert"), ("scope", "Public")))  # fmt: skip
    data = f'<?xml version="1.0"?>\n<cap:alert xmlns="{V12}">{inner}</cap:alert>'.encode()
    part = parse_cap(data, "togo.xml")
    assert part.records[0]["identifier"] == "1"
    assert "prefix cap: is not declared" in part.notes[0]
    with pytest.raises(InputError, match="unbound prefix"):
        parse_cap(data.replace(b"cap:sender", b"other:sender"), "x.xml")


def test_circles_points_and_several_areas() -> None:
    (record,) = parse_cap(alert(info(area("<circle>37.5,127.0 11.119508</circle>"))), "a").records
    ring = json.loads(record["geometry"])["coordinates"][0]
    assert max(lat for _, lat in ring) == pytest.approx(37.6, abs=1e-6)
    (record,) = parse_cap(alert(info(area("<circle>37.5,127.0 0</circle>"))), "a").records
    assert json.loads(record["geometry"]) == {"type": "Point", "coordinates": [127.0, 37.5]}
    far = SQUARE.replace("37.", "35.")
    overlapping = SQUARE.replace("127.0", "127.05")
    (record,) = parse_cap(alert(info(area(polygon(SQUARE)), area(polygon(far), name="부산"))), "a").records
    assert json.loads(record["geometry"])["type"] == "MultiPolygon"
    assert record["area_text"] == "서울; 부산"
    (record,) = parse_cap(alert(info(area(polygon(SQUARE), polygon(overlapping)))), "a").records
    assert check_records(KINDS[Kind.ALERTS], [record], Reading()).faults == []


@pytest.mark.parametrize(
    "outline",
    [
        polygon("37.5,127.0 37.6,127.1"),
        polygon("37.5,127.0 37.6,127.0 37.6,127.1 37.5,127.1"),
        polygon("37.5,127.0 37.6,127.1 37.5,127.1 37.6,127.0 37.5,127.0"),
        polygon("127.0,37.5 127.0,37.6 127.1,37.6 127.0,37.5"),
        polygon("a,b c,d e,f a,b"),
        polygon("nan,1 2,2 3,1 nan,1"),
        "<circle>37.5,127.0</circle>",
        "<circle>37.5,127.0 -4</circle>",
        "<circle>89.9,127.0 4000</circle>",
        "<circle>37.5,127.0 nan</circle>",
    ],
)
def test_an_outline_that_does_not_fit_is_left_out_and_the_words_are_kept(outline: str) -> None:
    part = parse_cap(alert(info(area(outline))), "a.xml")
    (record,) = part.records
    assert record["geometry"] is None
    assert record["event"] == "호우경보"
    assert (len(part.faults), part.n_refused) == (1, 0)


def test_a_closed_circle_is_not_for_everybody() -> None:
    part = parse_cap(alert(info(), HEAD.replace("Public", "Restricted")), "a.xml")
    assert (part.records, part.n_refused) == ([], 1)


def test_other_encodings() -> None:
    text = alert(info()).decode()
    for name, codec in (("EUC-KR", "cp949"), ("utf-16", "utf-16")):
        (record,) = parse_cap(text.replace("UTF-8", name).encode(codec), "a.xml").records
        assert record["event"] == "호우경보"
    latin = (
        text.replace("UTF-8", "ISO-8859-1")
        .replace("호우경보", "Précipitación")
        .replace("호우", "x")
        .replace("서울", "x")
    )
    assert parse_cap(latin.encode("latin-1"), "a").records[0]["event"] == "Précipitación"


BOMB = "".join(f'<!ENTITY l{k} "{f"&l{k - 1};" * 10}">' for k in range(1, 12))


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{BOMB}]><x>&l11;</x>'.encode(), "document type"),
        (b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', "document type"),
        (b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><x/>', "document type"),
        (b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1), "levels of nesting"),
        (b"<a>" * 200_000, "levels of nesting"),
        (b"<a>" + b" " * MAX_BYTES + b"</a>", "at most 2000000 bytes"),
        (alert(info())[:-20], "well-formed"),
        (b"", "well-formed"),
        (b"not xml", "well-formed"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "well-formed"),
        (b'<?xml version="1.0" encoding="euc-kr"?><a>\xff\xff</a>', "well-formed"),
        (b"<rss><channel/></rss>", "an alert of CAP"),
        (alert(info(), namespace="urn:other"), "an alert of CAP"),
    ],
)
def test_what_is_no_cap(data: bytes, named: str) -> None:
    with pytest.raises(InputError, match=named):
        parse_cap(data, "x.xml")


@pytest.mark.shared
def test_every_real_message_is_read_or_its_defect_named(shared_data: Path) -> None:
    outcome = {}
    for path in sorted((shared_data / "alerts" / "cap").glob("*.xml")):
        part = parse_cap(path.read_bytes(), path.name)
        checked = check_records(KINDS[Kind.ALERTS], part.records, Reading(places=part.places))
        outcome[path.stem] = (len(checked.rows), checked.n_refused)
    assert len(outcome) == 11
    good = {name: counts for name, counts in outcome.items() if not name.startswith(("bad_", "min_"))}
    assert all(n_row > 0 and n_refused == 0 for n_row, n_refused in good.values()), outcome


def many_corners(n: int) -> list[tuple[float, float]]:
    """A wriggling ring of n corners round Seoul, as a coast is, closed."""
    import math

    angles = [2 * math.pi * k / n for k in range(n)]
    radius = [0.3 + 0.02 * math.sin(37 * a) + 0.001 * math.sin(n * a / 7) for a in angles]
    ring = [(37.5 + r * math.sin(a), 127.0 + r * math.cos(a)) for a, r in zip(angles, radius, strict=True)]
    return [*ring, ring[0]]


def test_an_outline_of_900_kb_is_drawn_with_fewer_corners_and_leaves_nobody_out() -> None:
    import shapely

    ring = many_corners(47_000)
    text = " ".join(f"{lat:.6f},{lon:.6f}" for lat, lon in ring)
    assert len(text) > 900_000
    part = parse_cap(alert(info(area(polygon(text)))), "big.xml")
    assert part.faults == []
    (record,) = part.records
    kept = shapely.from_geojson(record["geometry"])
    whole = shapely.Polygon([(round(lon, 6), round(lat, 6)) for lat, lon in ring])
    assert shapely.get_num_coordinates(kept) <= 5_000
    assert kept.covers(whole)
    assert kept.area < 1.03 * whole.area
    assert "47001 corners is drawn with" in part.notes[0]
    checked = check_records(KINDS[Kind.ALERTS], [record], Reading())
    assert checked.faults == []


def test_an_outline_of_too_many_corners_or_that_crosses_itself_is_left_out() -> None:
    too_many = " ".join(["37.5,127.0"] * 100_001)
    assert len(too_many) < MAX_BYTES
    crossed = many_corners(6_000)
    crossed[10], crossed[3_000] = crossed[3_000], crossed[10]
    for text in (too_many, " ".join(f"{lat},{lon}" for lat, lon in crossed)):
        part = parse_cap(alert(info(area(polygon(text)))), "big.xml")
        assert part.records[0]["geometry"] is None and part.records[0]["event"] == "호우경보"
        assert len(part.faults) == 1


def test_every_corner_is_read_once() -> None:
    """The work grows with the corners, not with their square: each is turned to numbers one time."""
    from dashboard.feeds import cap_outline

    calls = []
    read = cap_outline._pair
    try:
        cap_outline._pair = lambda word: calls.append(1) or read(word)
        ring = many_corners(20_000)
        cap_outline.read_outline("polygon", " ".join(f"{lat:.6f},{lon:.6f}" for lat, lon in ring))
    finally:
        cap_outline._pair = read
    assert len(calls) == 20_001
