"""Indexes of CAP messages, Atom and RSS: which documents they name, and reading those once each.

Atom (RFC 4287) entries name theirs by ``link`` with the type ``application/cap+xml``; GDACS puts ``gdacs:cap`` into an
RSS item, with its box in ``gdacs:bbox`` (west east south north). A document keeps its address for good, so that one had
before is not asked for again. Documents on other hosts than the index are not followed.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from dashboard.feeds.cap import parse_cap
from dashboard.feeds.cap_zones import ZoneTable
from dashboard.feeds.live.failure import FetchError
from dashboard.feeds.live.source import Ask, Bounds
from dashboard.feeds.records import Part
from dashboard.feeds.xml import open_xml
from dashboard.store.refusal import RefusedError
from dashboard.store.times import read_time
from risk_core.errors import Fault, InputError
from risk_core.units import S_PER_DAY

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

INDEX_TYPES: Final = ("application/atom+xml", "application/rss+xml", "application/xml", "text/xml")
CAP_TYPES: Final = ("application/cap+xml", "application/xml", "text/xml", "application/octet-stream")
MOST_DOCUMENTS: Final = 60
"""Documents read of one index; more are told as left out."""
KEPT_S: Final = 7 * S_PER_DAY
SECOND_LEVEL: Final = frozenset(("ac", "co", "com", "edu", "go", "gob", "gov", "gouv", "ne", "net", "or", "org", "re"))
"""Second labels under a country's own that belong to no single owner, as in go.kr, gov.uk and com.au."""


def read_index(
    ask: Ask,
    url: str,
    now_s: float,
    zones: ZoneTable | None = None,
    is_wanted: Callable[["Element"], bool] | None = None,
) -> Part:
    """Read every message an index names that has not expired.

    Parameters
    ----------
    ask
        Asks.
    url
        Address of the index.
    now_s
        Present, unix seconds.
    zones
        Outlines of areas named by code.
    is_wanted
        Whether an entry concerns the area; every one where left out.

    Raises
    ------
    FetchError
        When the index cannot be had, or none of the documents it names.
    InputError
        When it is no index.
    """
    name = urlsplit(url).hostname or "index"
    root = open_xml(ask(url, INDEX_TYPES), name)
    if _local(root) == "alert":
        raise InputError(Fault("document", "a single alert", "an Atom or RSS index", "Give its index.", name))
    part, failed, n_read = Part(), None, 0
    named = list(dict.fromkeys(_documents(root, url, now_s, is_wanted)))
    for target in named[:MOST_DOCUMENTS]:
        try:
            found = parse_cap(ask(target, CAP_TYPES, 2_000_000, KEPT_S), name, zones)
        except FetchError as error:
            failed = error
            continue
        except InputError as error:
            part.faults += error.faults
            part.n_refused += 1
            continue
        n_read += 1
        _extend(part, found)
    if failed is not None and not n_read:
        raise failed
    if failed is not None:
        raise FetchError(failed.reason, f"some messages: {failed.detail}")
    if len(named) > MOST_DOCUMENTS:
        part.notes.append(f"{len(named) - MOST_DOCUMENTS} messages left out")
    return part


def _documents(root: "Element", url: str, now_s: float, is_wanted: Callable[["Element"], bool] | None) -> Iterator[str]:
    entries = [element for element in root.iter() if _local(element) in {"entry", "item"}]
    if not entries and _local(root) not in {"feed", "rss", "RDF"}:
        raise InputError(Fault("document", root.tag[:100], "an Atom or RSS index", "Check the address."))
    for entry in entries:
        if _is_over(entry, now_s) or (is_wanted is not None and not is_wanted(entry)):
            continue
        target = _target(entry)
        if target and _is_same_site(urljoin(url, target), url):
            yield urljoin(url, target)


def _target(entry: "Element") -> str:
    for element in entry.iter():
        if _local(element) == "link" and element.get("type") == "application/cap+xml":
            return element.get("href") or ""
        if _local(element) == "cap" and (element.text or "").strip():
            return (element.text or "").strip()
    return ""


def _is_over(entry: "Element", now_s: float) -> bool:
    told = field_of(entry, "expires")
    try:
        return bool(told) and read_time(told, None) <= now_s
    except RefusedError:
        return False


def _is_same_site(target: str, url: str) -> bool:
    """Whether a document lies on the host of its index, or on one of the same owner.

    Examples
    --------
    >>> _is_same_site("https://alerts.kma.go.kr/1", "https://apihub.kma.go.kr/rss")
    True
    >>> _is_same_site("https://elsewhere.go.kr/1", "https://apihub.kma.go.kr/rss")
    False
    """
    host, own = (urlsplit(one).hostname or "" for one in (target, url))
    labels = own.split(".")
    is_by_country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SECOND_LEVEL
    site = ".".join(labels[-3 if is_by_country else -2 :])
    return bool(host) and (host == own or (not own.replace(".", "").isdigit() and f".{host}".endswith(f".{site}")))


def box_of(entry: "Element") -> Bounds | None:
    """Box of an RSS item of GDACS; None where it tells none."""
    words = field_of(entry, "bbox").split()
    try:
        west, east, south, north = (float(word) for word in words)
    except ValueError:
        return None
    return west, south, east, north


def field_of(entry: "Element", name: str) -> str:
    """Text of the first element of that local name."""
    return next(((one.text or "").strip() for one in entry.iter() if _local(one) == name and one.text), "")


def _local(element: "Element") -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _extend(part: Part, more: Part) -> None:
    for record, place in zip(more.records, more.places, strict=True):
        part.add(record, place)
    part.faults += more.faults
    part.n_refused += more.n_refused
    part.notes += more.notes


def utc_day(now_s: float) -> str:
    """Calendar day in UTC, ISO 8601."""
    return f"{datetime.fromtimestamp(now_s, UTC):%Y-%m-%d}"
