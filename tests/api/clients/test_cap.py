"""CAP 1.2 out: capvalidator with the official schema, and rules it does not know."""

import re
from datetime import datetime
from xml.etree.ElementTree import fromstring

import capvalidator
import pytest
import requests

NS = "{urn:oasis:names:tc:emergency:cap:1.2}"
ATOM = "{http://www.w3.org/2005/Atom}"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
REFERENCE = re.compile(r"[^\s,<&]+,[^\s,<&]+,\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


def broken_rules(data: bytes) -> list[str]:
    """Rules of CAP 1.2 that the schema alone does not hold a message to."""
    root, broken = fromstring(data), []
    sent = root.findtext(f"{NS}sent") or ""
    for element in root.iter():
        if element.tag in {f"{NS}{name}" for name in ("sent", "effective", "onset", "expires")}:
            if not TIME.fullmatch(element.text or ""):
                broken.append(f"time {element.text}")
        elif element.tag == f"{NS}polygon":
            points = [tuple(map(float, pair.split(","))) for pair in (element.text or "").split()]
            if len(points) < 4 or points[0] != points[-1]:
                broken.append("ring")
            if any(not (-90 <= lat <= 90 and -180 <= lon <= 180) for lat, lon in points):
                broken.append("position")
        elif element.tag == f"{NS}circle":
            centre, _, radius = (element.text or "").partition(" ")
            lat, lon = map(float, centre.split(","))
            if not (-90 <= lat <= 90 and -180 <= lon <= 180 and float(radius) >= 0):
                broken.append("circle")
    references = (root.findtext(f"{NS}references") or "").split()
    if not all(REFERENCE.fullmatch(one) for one in references):
        broken.append("references")
    if root.findtext(f"{NS}msgType") in ("Update", "Cancel", "Ack", "Error") and not references:
        broken.append("no references")
    for info in root.findall(f"{NS}info"):
        expires = info.findtext(f"{NS}expires")
        if expires is None or datetime.fromisoformat(expires) <= datetime.fromisoformat(sent):
            broken.append("expires")
    return broken


@pytest.fixture
def messages(town):
    feed = requests.get(f"{town.api}/v1/cap/feed.atom", timeout=30)
    assert feed.headers["Content-Type"].startswith("application/atom+xml")
    links = [one.get("href") for one in fromstring(feed.content).iter(f"{ATOM}link") if one.get("rel") == "alternate"]
    answers = [requests.get(link, timeout=30) for link in links]
    assert answers and all(one.headers["Content-Type"].startswith("application/cap+xml") for one in answers)
    return sorted((one.content for one in answers), key=lambda data: b"over the bay" not in data)


def test_every_message_fits_the_official_schema(messages):
    for data in messages:
        assert capvalidator.check_schema(data).passed, capvalidator.check_schema(data)


def test_every_message_keeps_the_rules_the_schema_does_not_know(messages):
    assert [broken_rules(data) for data in messages] == [[]] * len(messages)


def test_words_and_outline_are_those_that_came_in(messages):
    root = fromstring(messages[0])
    info = root.find(f"{NS}info")
    assert root.findtext(f"{NS}status") == "Actual" and root.findtext(f"{NS}source") == "test@example.org"
    assert info.findtext(f"{NS}event") == "Heavy rain warning" and info.findtext(f"{NS}severity") == "Severe"
    polygon = info.findtext(f"{NS}area/{NS}polygon").split()
    assert polygon[0] == polygon[-1] and len(polygon) == 5


def test_a_drill_is_never_actual(messages):
    drills = [root for root in map(fromstring, messages) if "drill" in (root.findtext(f"{NS}source") or "")]
    assert drills and all(root.findtext(f"{NS}status") == "Exercise" for root in drills)


def test_our_own_parser_reads_what_we_write(messages):
    from dashboard.feeds.cap import parse_cap

    (record,) = parse_cap(messages[0], "ours.xml").records
    assert record["headline"] == "Heavy rain over the bay"


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (lambda text: re.sub(r"<polygon>(\S+) .*</polygon>", r"<polygon>\1 1,1</polygon>", text), "ring"),
        (lambda text: re.sub(r"<polygon>.*</polygon>", "<circle>95,0 1</circle>", text), "circle"),
        (lambda text: re.sub(r"<expires>\d{4}", "<expires>1999", text), "expires"),
        (lambda text: text.replace("<msgType>Alert", "<msgType>Update"), "no references"),
        (lambda text: re.sub(r"(<sent>.{19}).{6}", r"\1Z", text), "time"),
    ],
)
def test_the_rules_can_be_broken(messages, spoil, rule):
    text = messages[0].decode()
    spoilt = spoil(text)
    assert spoilt != text and any(one.startswith(rule) for one in broken_rules(spoilt.encode()))
