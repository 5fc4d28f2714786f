"""Which feeds are read for which area: from the settings, and from a file of the operator's own.

The file is TOML, one table a feed::

    [[feed]]
    source = "geojson-closures"     # a source of `feeds list`
    name = "city-works"             # what its rows are called; the source's name when left out
    area = "seoul"                  # the default area when left out
    url = "https://data.example.org/closures.geojson"
    every_min = 5
    key_variable = "CITY_KEY"       # environment variable whose value stands in for {key} in the address
    columns = { closure_id = "OBJECTID" }
"""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from dashboard.feeds.live.source import Bounds, Source
from dashboard.settings import PREFIX, Settings
from risk_core.errors import Fault, InputError, raise_faults

OWN_FILE: Final = "feeds.toml"
SHORTEST_S: Final = 30.0
"""Nobody is asked more often."""
_TAKEN: Final = frozenset({"source", "name", "area", "url", "every_min", "key_variable"})


@dataclass(frozen=True, slots=True)
class Feed:
    """A source read for an area.

    Attributes
    ----------
    source
        What it is.
    name
        What its rows are called.
    area_id
        For which area.
    url
        Address the operator gave, or empty.
    key
        Key of the service, or empty; shown nowhere.
    cadence_s
        Seconds between two questions.
    options
        Further words of the operator's file.
    lacks
        Why it cannot be read: a key or an address that is missing; empty when it can.
    """

    source: Source
    name: str
    area_id: str
    url: str = ""
    key: str = field(default="", repr=False)
    cadence_s: float = 600.0
    options: Mapping[str, object] = field(default_factory=dict)
    lacks: str = ""


def plan_feeds(
    settings: Settings, bounds: Mapping[str, Bounds], sources: Sequence[Source], environ: Mapping[str, str]
) -> list[Feed]:
    """Feeds of every area: those of the default area by the settings, and the operator's own.

    Parameters
    ----------
    settings
        Which feeds, and their keys.
    bounds
        Box of each installed area.
    sources
        Every source there is.
    environ
        Where the operator's file finds its keys.

    Raises
    ------
    InputError
        For unknown names, and for a file that does not fit; all faults at once.
    """
    known = {source.name: source for source in sources}
    own = _own_feeds(settings, bounds, known, environ)
    wanted = [word.strip() for word in settings.feeds.split(",") if word.strip()]
    names = {*known, *(feed.name for feed in own)}
    raise_faults(
        [
            Fault(f"{PREFIX}FEEDS", repr(word), "names of feeds", "See `python -m dashboard feeds list`.")
            for word in wanted
            if word not in names
        ]
    )
    planned = []
    given = {(feed.source.name, feed.area_id) for feed in own}
    for source in sources:
        if (source.name, settings.area) in given or settings.area not in bounds:
            continue
        fits = source.covers(bounds[settings.area]) and not source.needs_url
        if source.name in wanted or (not wanted and fits):
            key = str(getattr(settings, source.key_setting)) if source.key_setting else ""
            planned.append(
                Feed(source, source.name, settings.area, "", key, source.cadence_s, {}, _lacks(source, key, ""))
            )
    return planned + [feed for feed in own if not wanted or feed.name in wanted]


def named_hosts(settings: Settings, feeds: Sequence[Feed]) -> set[str]:
    """Hosts the operator named: in the settings, and by the addresses of the file."""
    told = {word.strip().lower() for word in settings.feed_hosts.split(",") if word.strip()}
    return told | {host for feed in feeds if feed.url and (host := urlsplit(feed.url).hostname)}


def own_file(settings: Settings) -> Path:
    """Where the operator's own feeds stand."""
    return Path(settings.feed_file) if settings.feed_file else settings.home / OWN_FILE


def _own_feeds(
    settings: Settings, bounds: Mapping[str, Bounds], known: Mapping[str, Source], environ: Mapping[str, str]
) -> list[Feed]:
    path = own_file(settings)
    if not settings.feed_file and not path.is_file():
        return []
    try:
        tables = tomllib.loads(path.read_text("utf-8")).get("feed", [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise ValueError("no [[feed]] tables")
    except (OSError, ValueError) as error:
        remedy = f"Correct it ({str(error)[:200]})."
        raise InputError(Fault("feed file", path.name, "TOML with [[feed]] tables", remedy)) from None
    faults: list[Fault] = []
    feeds = [
        _own_feed(table, f"{path.name}: feed {at + 1}", settings, known, environ, faults)
        for at, table in enumerate(tables)
    ]
    made = [feed for feed in feeds if feed is not None]
    for feed in made:
        if feed.area_id not in bounds:
            wanted = "one of " + ", ".join(bounds) if bounds else "an installed area"
            faults.append(Fault("area", feed.area_id, wanted, "See `python -m dashboard area list`.", path.name))
    seen = [(feed.name, feed.area_id) for feed in made]
    for name, area_id in {one for one in seen if seen.count(one) > 1}:
        faults.append(Fault("name", name, f"one feed of that name for {area_id}", "Give it another name.", path.name))
    raise_faults(faults)
    return made


def _own_feed(
    table: Mapping[str, Any],
    where: str,
    settings: Settings,
    known: Mapping[str, Source],
    environ: Mapping[str, str],
    faults: list[Fault],
) -> Feed | None:
    source = known.get(str(table.get("source", "")))
    if source is None:
        faults.append(Fault("source", str(table.get("source")), "one of " + ", ".join(known), "Name a source.", where))
        return None
    every_min = table.get("every_min", source.cadence_s / 60.0)
    is_number = isinstance(every_min, int | float) and not isinstance(every_min, bool) and math.isfinite(every_min)
    if not is_number or every_min * 60.0 < SHORTEST_S:
        faults.append(Fault("every_min", str(every_min), "0.5 or more", "Ask less often.", where))
        return None
    key = str(getattr(settings, source.key_setting)) if source.key_setting else ""
    variable, url = str(table.get("key_variable", "")), str(table.get("url", ""))
    lacks = _lacks(source, key, url)
    if variable:
        key = environ.get(variable, "")
        lacks = "" if key else f"set {variable}"
        url = url.replace("{key}", quote(key, safe=""))
    return Feed(
        source=source,
        name=str(table.get("name") or source.name),
        area_id=str(table.get("area") or settings.area),
        url=url,
        key=key,
        cadence_s=float(every_min) * 60.0,
        options={name: value for name, value in table.items() if name not in _TAKEN},
        lacks=lacks,
    )


def _lacks(source: Source, key: str, url: str) -> str:
    if source.key_setting and not key:
        return f"set {PREFIX}{source.key_setting.upper()}"
    return "give a url in feeds.toml" if source.needs_url and not url else ""
