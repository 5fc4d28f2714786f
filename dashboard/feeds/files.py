"""Which reader a file gets, by the end of its name."""

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

from dashboard.feeds.best_track import parse_best_track
from dashboard.feeds.cap import parse_cap
from dashboard.feeds.cap_zones import ZoneTable
from dashboard.feeds.geojson import parse_geojson
from dashboard.feeds.ibtracs import ibtracs_parts, is_ibtracs
from dashboard.feeds.kma_typhoon import is_kma_typhoon, parse_kma_typhoon
from dashboard.feeds.records import Part, read_column_map
from dashboard.feeds.text_table import is_text_table, text_parts
from dashboard.feeds.tidy import read_csv, read_parquet
from dashboard.feeds.workbook import read_workbook
from dashboard.store.kinds import Kind, KindSpec
from risk_core.errors import Fault, InputError

ENDINGS: Final = ".csv, .csv.gz, .xlsx, .parquet, .geojson, .json; .xml and .cap for alerts; .txt and .bst for tracks"
MAX_GEOJSON_BYTES: Final = 200_000_000
"""Largest GeoJSON file read; larger ones come as Parquet."""


def read_parts(path: Path, spec: KindSpec, column_map: Sequence[str], zones: ZoneTable | None = None) -> Iterator[Part]:
    """Read the records of a file in parts.

    Parameters
    ----------
    path
        The file; the end of its name tells its form.
    spec
        The kind of its records.
    column_map
        ``OUR=THEIRS`` each.
    zones
        Outlines of areas that alerts name by code.

    Raises
    ------
    InputError
        When the file is absent, of no known form, or not readable as that form.

    Notes
    -----
    Tracks are also read as RSMC Tokyo best tracks or bulletins of the Korean agency (.txt, .bst; told apart by their
    first line) and, by their columns, as IBTrACS; alerts, by their columns, as tables of Korean disaster texts.
    """
    ours = read_column_map(spec, column_map)
    if not path.is_file():
        raise InputError(Fault("FILE", str(path), "a file", "Check the path."))
    name = path.name.lower()
    if name.endswith((".csv", ".csv.gz")):
        parts = read_csv(path, ours)
        yield from (parts if ours else _known_tables(parts, spec.kind))
    elif name.endswith(".xlsx"):
        yield from read_workbook(path, ours)
    elif name.endswith((".parquet", ".geoparquet")):
        yield from read_parquet(path, ours)
    elif name.endswith((".geojson", ".json")):
        yield parse_geojson(_read_bytes(path), spec, ours, path.name)
    elif name.endswith((".xml", ".cap")) and spec.kind is Kind.ALERTS:
        yield parse_cap(_read_bytes(path), path.name, zones)
    elif name.endswith((".txt", ".bst")) and spec.kind is Kind.TRACKS:
        data = _read_bytes(path)
        yield parse_kma_typhoon(data, path.name) if is_kma_typhoon(data) else parse_best_track(data, path.name)
    else:
        raise InputError(Fault("FILE", path.name, ENDINGS, f"Give {spec.kind} in one of these forms."))


def _known_tables(parts: Iterator[Part], kind: Kind) -> Iterator[Part]:
    """IBTrACS tracks and disaster texts by their columns; any other file as it stands."""
    first = next(parts)
    every = chain([first], parts)
    record = first.records[0] if first.records else {}
    if kind is Kind.TRACKS and is_ibtracs(record):
        yield from ibtracs_parts(every)
    elif kind is Kind.ALERTS and is_text_table(record):
        yield from text_parts(every)
    else:
        yield from every


def _read_bytes(path: Path) -> bytes:
    n_byte = path.stat().st_size
    if n_byte > MAX_GEOJSON_BYTES:
        wanted = f"at most {MAX_GEOJSON_BYTES} bytes"
        raise InputError(Fault("FILE", f"{n_byte} bytes", wanted, "Split it, or write it as Parquet.", path.name))
    return path.read_bytes()
