"""A table file of any of the formats a person can get, as words by column, and geometry in degrees."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.areas.columns import Words, refuse_unknown_file
from dashboard.areas.report import BuildReport
from risk_core.errors import Fault, InputError

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

CSV_ENDINGS: Final = (".csv", ".tsv", ".txt")
JSON_ENDINGS: Final = (".geojson", ".json")
PARQUET_ENDINGS: Final = (".parquet", ".geoparquet")
TABLE_ENDINGS: Final = (*CSV_ENDINGS, *JSON_ENDINGS, ".gpkg", *PARQUET_ENDINGS)
ENCODINGS: Final = ("utf-8-sig", "cp949")
"""Tried in this order: UTF-8 refuses nearly every text of another encoding; cp949 is what Korean offices write."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A file read.

    Attributes
    ----------
    file
        Its name, for messages.
    columns
        Words by column, a missing one empty.
    record
        Line (CSV) or number (other formats) of each record in the file, from 1.
    geometry
        Shapes in EPSG:4326, or None for a table without; dtype object, None where a record has none.
    """

    file: str
    columns: dict[str, Words]
    record: Sequence[int]
    geometry: NDArray[Any] | None = None

    @property
    def n_record(self) -> int:
        """Number of records."""
        return len(self.record)

    def place(self, row: int) -> str:
        """Where a record stands, for messages."""
        word = "record" if self.geometry is not None or not self.file.lower().endswith(CSV_ENDINGS) else "line"
        return f"{self.file}, {word} {self.record[row]}"


def read_table(path: Path, kind: str, report: BuildReport) -> Table:
    """Read a table of any known format.

    Raises
    ------
    InputError
        When the file is missing, of an unknown format, broken, empty, or in no usable coordinate system.
    """
    if not path.name.lower().endswith(TABLE_ENDINGS):
        raise refuse_unknown_file(path.name, kind, TABLE_ENDINGS)
    if not path.is_file():
        raise InputError(Fault(kind, str(path), "an existing file", "Check the path."))
    table = read_csv(path, report) if path.name.lower().endswith(CSV_ENDINGS) else _read_shapes(path, report)
    if table.n_record == 0:
        raise report.refuse(path.name, "file", "without a record", "one record or more", "Check the export.")
    return table


def read_csv(path: Path, report: BuildReport) -> Table:
    """Read a table of words; comma, semicolon, tab or bar between them; UTF-8 or cp949.

    Rows with a wrong number of words are reported and left out.

    Raises
    ------
    InputError
        When the text is in no known encoding or has no header.
    """
    rows = csv.reader(io.StringIO(decode_text(path), newline=""), delimiter=_delimiter(path))
    header = [word.strip() for word in next(rows, [])]
    if not any(header):
        raise report.refuse(path.name, "header", "missing", "a first line of column names", "Add it.")
    words: list[Words] = [[] for _ in header]
    record = []
    for row in rows:
        if not any(word.strip() for word in row):
            continue
        if len(row) != len(header):
            remedy = "Left out. Quote words that hold the separator."
            report.bad(f"{path.name}, line {rows.line_num}", "record", f"{len(row)} words", f"{len(header)}", remedy)
            continue
        record.append(rows.line_num)
        for column, word in zip(words, row, strict=True):
            column.append(word.strip())
    return Table(path.name, dict(zip(header, words, strict=True)), record)


def decode_text(path: Path) -> str:
    """Text of a file in UTF-8 (with or without mark) or cp949.

    Raises
    ------
    InputError
        When it is neither.
    """
    data = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    remedy = "Save it as UTF-8."
    raise InputError(Fault("encoding", "neither UTF-8 nor cp949", "text in UTF-8 or cp949", remedy, path.name))


def _delimiter(path: Path) -> str:
    header = decode_text(path).split("\n", maxsplit=1)[0]
    return max(",;\t|", key=header.count)


def _read_shapes(path: Path, report: BuildReport) -> Table:
    frame = _read_frame(path, report)
    columns = {name: [_word(value) for value in frame[name]] for name in frame.columns if name != "geometry"}
    record = range(1, len(frame) + 1)
    if "geometry" not in frame.columns:
        return Table(path.name, columns, record)
    table = Table(path.name, columns, record, np.asarray(frame.geometry, dtype=object))
    return table


def _word(value: object) -> str:
    """Text of one attribute; whole numbers without a fraction, missing ones empty."""
    if value is None or value != value:  # noqa: PLR0124  NaN and NaT differ from themselves
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _read_frame(path: Path, report: BuildReport) -> "GeoDataFrame":
    """Frame with a column ``geometry`` in EPSG:4326, or without geometry."""
    try:
        frame = _load(path, report)
    except InputError:
        raise
    except Exception as error:  # the readers below raise their own kinds; all mean a file nobody can read
        fault = Fault("file", _broken(path, error), "a whole file of its format", "Export it again.", path.name)
        raise InputError(fault) from error
    if not hasattr(frame, "geometry") or not hasattr(frame, "crs"):
        return frame
    if frame.geometry.name != "geometry":
        frame = frame.rename_geometry("geometry")
    return _to_degrees(frame, path.name, report)


def _load(path: Path, report: BuildReport) -> "GeoDataFrame":
    import geopandas
    import pyarrow.parquet
    import pyogrio

    if path.name.lower().endswith(PARQUET_ENDINGS):
        if b"geo" in (pyarrow.parquet.read_schema(path).metadata or {}):
            return geopandas.read_parquet(path)
        return pyarrow.parquet.read_table(path).to_pandas()
    layers = [str(name) for name, shape in pyogrio.list_layers(path) if shape is not None]
    layers = layers or [str(name) for name, _ in pyogrio.list_layers(path)]
    if len(layers) > 1:
        report.note(f"{path.name}: read the first of its layers ({layers[0]}); the others were {layers[1:]}.")
    return pyogrio.read_dataframe(path, layer=layers[0])


def _broken(path: Path, error: Exception) -> str:
    """What is broken, with the line where that can be told."""
    if path.name.lower().endswith(JSON_ENDINGS):
        try:
            json.loads(decode_text(path))
        except json.JSONDecodeError as fault:
            return f"broken at line {fault.lineno}, column {fault.colno} ({fault.msg})"
        return "JSON, but no GeoJSON"
    return f"unreadable ({str(error).splitlines()[0][:120] if str(error) else type(error).__name__})"


def _to_degrees(frame: "GeoDataFrame", file: str, report: BuildReport) -> "GeoDataFrame":
    """Bring a frame to EPSG:4326; shapes off the earth are reported and become None."""
    if frame.crs is None:
        if not _on_earth(frame.geometry.bounds.to_numpy()).any():
            remedy = "Name it in the file, for example: ogr2ogr -a_srs EPSG:5179 named.gpkg " + file
            raise report.refuse(file, "coordinate system", "missing, and no degrees", "a named one", remedy)
        report.note(f"{file} names no coordinate system; its numbers are degrees, so EPSG:4326 was taken.")
        frame = frame.set_crs("EPSG:4326")
    original = frame.crs
    frame = frame.to_crs("EPSG:4326")
    has_shape = np.asarray(frame.geometry.notna() & ~frame.geometry.is_empty)
    on_earth = _on_earth(frame.geometry.bounds.to_numpy())
    if has_shape.any() and not on_earth.any():
        found = f"{original.to_string()}, where no record lies on the earth"
        remedy = "The file names a wrong one; name the right one with ogr2ogr -a_srs, for example EPSG:5186."
        raise report.refuse(file, "coordinate system", found, "the one the numbers are in", remedy)
    for row in np.flatnonzero(has_shape & ~on_earth):
        place = f"{file}, record {row + 1}"
        report.bad(place, "position", "off the earth", "degrees on the earth", "Left out; correct the record.")
    return frame.set_geometry(frame.geometry.where(has_shape & on_earth, None))


def _on_earth(bounds: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which (west, south, east, north) rows lie on the earth; NaN does not."""
    west, south, east, north = bounds.T
    return np.isfinite(bounds).all(axis=1) & (west >= -180) & (east <= 180) & (south >= -90) & (north <= 90)
