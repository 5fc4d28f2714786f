"""Tidy tables: CSV (also gzipped) and Parquet, one record a row."""

import codecs
import csv
import gzip
import zlib
from collections.abc import Iterator, Mapping
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import IO, Final, cast

from dashboard.feeds.records import Part, Record, rename_columns
from risk_core.errors import Fault, InputError

PART_ROWS: Final = 10_000
"""Rows stored at a time; each part is all or nothing."""

ENCODINGS: Final = ("utf-8-sig", "cp949")
"""Tried in this order; a file that begins with a byte order mark or without one is read the same."""

MAX_UNPACKED_BYTES: Final = 1_000_000_000
"""Largest table a gzipped file may hold; what is larger comes in pieces or as Parquet."""
MAX_LINE_BYTES: Final = 1 << 20
"""Longest line; a file without line ends would be taken into memory as one."""
_CHUNK: Final = 1 << 20


def read_csv(path: Path, ours: Mapping[str, str]) -> Iterator[Part]:
    """Read a CSV file with a header, comma, semicolon or tab between fields, UTF-8 or CP949, in parts.

    Parameters
    ----------
    path
        The file; gzipped when it ends in ``.gz``.
    ours
        Our column names by the file's, for odd ones.

    Raises
    ------
    InputError
        When the file cannot be read as text, is damaged or empty, holds more than `MAX_UNPACKED_BYTES` unpacked or a
        line longer than `MAX_LINE_BYTES`, or the map does not fit it. Before the first part is given, the entire file
        was looked at.
    """
    encoding = _encoding_of(path)
    with _open_bytes(path) as raw, TextIOWrapper(raw, encoding, newline="") as text:
        n_blank, first = next(((n, line) for n, line in enumerate(text) if line.strip()), (0, ""))
        if not first:
            raise InputError(Fault("file", path.name, "a header and rows", "The file is empty.", path.name))
        rows = csv.reader(chain([first], text), delimiter=max(",;\t", key=first.count))
        names = rename_columns(next(rows), ours, path.name)
        yield from _parts(rows, names, path.name, n_blank)


def _parts(rows: "csv._reader", names: list[str], file: str, n_before: int) -> Iterator[Part]:
    part = Part()
    try:
        for row in rows:
            place = f"{file}:{n_before + rows.line_num}"
            if len(row) == len(names):
                part.add(dict(zip(names, row, strict=True)), place)
            elif any(field.strip() for field in row):
                wanted = f"{len(names)} fields as in the header"
                part.refuse(Fault("row", f"{len(row)} fields", wanted, "Quote fields that hold the separator.", place))
            if len(part.records) + part.n_refused >= PART_ROWS:
                yield part
                part = Part()
    except csv.Error as error:
        place = f"{file}:{n_before + rows.line_num}"
        part.refuse(Fault("row", str(error), "CSV", "Mend this line; nothing after it was read.", place))
    yield part


def _encoding_of(path: Path) -> str:
    """First encoding in which the whole file is text."""
    for encoding in ENCODINGS:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            for chunk in _bounded_chunks(path):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            remedy = "Fetch the file again; nothing was read."
            raise InputError(Fault("file", path.name, "a whole gzip file", remedy, path.name)) from error
        return encoding
    raise InputError(Fault("file", path.name, "text in UTF-8 or CP949", "Save it as UTF-8.", path.name))


def _bounded_chunks(path: Path) -> Iterator[bytes]:
    """The file, unpacked, piece by piece, as long as it keeps within the bounds."""
    n_byte = n_line = 0
    with _open_bytes(path) as raw:
        while chunk := raw.read(_CHUNK):
            n_byte += len(chunk)
            if path.suffix == ".gz" and n_byte > MAX_UNPACKED_BYTES:
                wanted, remedy = (
                    f"at most {MAX_UNPACKED_BYTES} bytes unpacked",
                    "Give it in smaller files; nothing was read.",
                )
                raise InputError(Fault("file", path.name, wanted, remedy, path.name))
            n_line = len(chunk) - chunk.rfind(b"\n") - 1 if b"\n" in chunk else n_line + len(chunk)
            if n_line > MAX_LINE_BYTES:
                wanted, remedy = f"lines of at most {MAX_LINE_BYTES} bytes", "Put each row on a line; nothing was read."
                raise InputError(Fault("file", path.name, wanted, remedy, path.name))
            yield chunk


def _open_bytes(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return cast(IO[bytes], gzip.open(path, "rb"))
    return path.open("rb")


def read_parquet(path: Path, ours: Mapping[str, str]) -> Iterator[Part]:
    """Read a Parquet file in parts; timestamps with a zone are moments, geometry may be WKB as in GeoParquet.

    Raises
    ------
    InputError
        When it is no Parquet file, or the map does not fit it.
    """
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            names = rename_columns(file.schema_arrow.names, ours, path.name)
            first = 1
            for batch in file.iter_batches(batch_size=PART_ROWS):
                part = Part()
                for position, values in enumerate(batch.to_pylist()):
                    record: Record = dict(zip(names, values.values(), strict=True))
                    part.add(record, f"{path.name}: row {first + position}")
                first += batch.num_rows
                yield part
    except (pyarrow.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0][:200]
        raise InputError(
            Fault("file", path.name, "a Parquet file", f"Write it again ({reason}).", path.name)
        ) from error
