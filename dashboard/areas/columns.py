"""Which columns a table may have, under which names, and how their words become numbers.

The table `COLUMNS` documents, finds and checks: `python -m dashboard area build --help` prints it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from risk_core.errors import Fault, InputError, raise_faults

Words = list[str]
JOINT: Final = "+"
CONSTANT: Final = ":"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: our name, other names found in open data (any case), what it means."""

    name: str
    aliases: tuple[str, ...]
    meaning: str
    is_required: bool = False


LAT: Final = Column("lat", ("latitude", "lat_deg", "y", "위도"), "latitude, degrees; not needed with geometry")
LON: Final = Column("lon", ("lng", "long", "longitude", "lon_deg", "x", "경도"), "longitude, degrees, likewise")
PLACE_COLUMNS: Final = (
    Column("id", ("place_id", "serial", "code", "시설일련번호", "관리번호"), "its own code; made where missing"),
    Column("name", ("title", "name_ko", "시설명", "명칭"), "name shown"),
    LAT,
    LON,
    Column(
        "capacity",
        ("capacity_persons", "max_people", "최대수용인원수", "최대수용인원", "수용인원"),
        "persons; kept as unknown where missing",
    ),
    Column("detail", ("room", "address", "addr_road", "도로명주소", "상세주소"), "one more line shown"),
)

COLUMNS: Final[Mapping[str, tuple[Column, ...]]] = {
    "districts": (
        Column(
            "id",
            ("district_id", "code", "adm_cd2", "adm_cd", "sig_cd", "emd_cd", "ctprvn_cd", "tot_oa_cd"),
            "the source's own code; the record's number where missing",
        ),
        Column("name_ko", ("adm_nm", "sig_kor_nm", "emd_kor_nm", "ctp_kor_nm", "name:ko"), "Korean name"),
        Column("name_en", ("sig_eng_nm", "emd_eng_nm", "ctp_eng_nm", "name_eng", "name:en"), "English name"),
        Column("name_local", ("name", "title"), "name in the local language"),
        Column("population", ("persons", "residents", "pop", "pop_total", "인구", "총인구"), "residents, persons"),
    ),
    "population": (
        LAT,
        LON,
        Column(
            "district",
            ("district_id", "adm_cd2", "adm_cd", "행정동코드"),
            "code or name of a district, instead of a position",
        ),
        Column(
            "population", ("persons", "residents", "pop", "pop_total", "인구", "총인구"), "residents, persons", True
        ),
    ),
    "shelters": PLACE_COLUMNS,
    "places": (
        *PLACE_COLUMNS,
        Column("kind", ("amenity", "type", "category", "종류"), "shelter, hospital, school, station or other"),
    ),
}
"""Columns by kind of file."""


def parse_column_map(words: Sequence[str]) -> dict[str, str]:
    """Read ``OUR=THEIRS`` options.

    `OUR` is one of our names, or ``kind.name`` to mean one file only (``shelters.name``). `THEIRS` is a column of
    the file, several joined by ``+`` (their words are joined by a blank), or ``:word`` for the same word everywhere.

    Raises
    ------
    InputError
        Every option that is not of this form or names a column nobody knows, at once.

    Examples
    --------
    >>> parse_column_map(["capacity=max_people", "population.district=gu+dong"])
    {'capacity': 'max_people', 'population.district': 'gu+dong'}
    """
    known = {column.name for columns in COLUMNS.values() for column in columns}
    known |= {f"{kind}.{column.name}" for kind, columns in COLUMNS.items() for column in columns}
    faults, result = [], {}
    for word in words:
        ours, equals, theirs = word.partition("=")
        if not (equals and theirs and ours in known):
            wanted = "OUR=THEIRS with OUR one of " + ", ".join(sorted(name for name in known if "." not in name))
            faults.append(Fault("--map-column", repr(word), wanted, "Write for example capacity=max_people."))
        result[ours] = theirs
    raise_faults(faults)
    return result


def pick_columns(found: Mapping[str, Words], kind: str, renamed: Mapping[str, str], file: str) -> dict[str, Words]:
    """Columns of a file by our names; those the file does not have are absent.

    Parameters
    ----------
    found
        Words by the file's own column names.
    kind
        Key of `COLUMNS`.
    renamed
        What `parse_column_map` gave.
    file
        For messages.

    Raises
    ------
    InputError
        When a required column is missing, or a renamed one that was meant for this kind of file.
    """
    picked: dict[str, Words] = {}
    faults = []
    for column in COLUMNS[kind]:
        own, general = renamed.get(f"{kind}.{column.name}"), renamed.get(column.name)
        words = next((w for w in (_words(found, own), _words(found, general), _by_name(found, column)) if w), None)
        if own is not None and _words(found, own) is None:
            faults.append(_missing(own, f"a column of {file}", found, file))
        elif words is not None:
            picked[column.name] = words
        elif column.is_required:
            faults.append(_missing(column.name, f"a column with {column.meaning}", found, file))
    raise_faults(faults)
    return picked


def _missing(name: str, wanted: str, found: Mapping[str, Words], file: str) -> Fault:
    columns = ", ".join(found) or "none"
    remedy = f"The file has: {columns}. Name the right one with --map-column {name}=THEIRS."
    return Fault(f"column {name}", "missing", wanted, remedy, file)


def _words(found: Mapping[str, Words], theirs: str | None) -> Words | None:
    """Words of the column or columns an option names, None when the file lacks one of them."""
    if theirs is None or not found:
        return None
    if theirs.startswith(CONSTANT):
        return [theirs.removeprefix(CONSTANT)] * len(next(iter(found.values())))
    if theirs in found:
        return found[theirs]
    parts = theirs.split(JOINT)
    if any(part not in found for part in parts):
        return None
    return [" ".join(row) for row in zip(*(found[part] for part in parts), strict=True)]


def _by_name(found: Mapping[str, Words], column: Column) -> Words | None:
    """Words under our name or an alias; a column that is empty throughout gives way to a filled one."""
    by_lower = {name.strip().lower(): words for name, words in reversed(found.items())}
    known = [by_lower[name] for name in (column.name, *column.aliases) if name in by_lower]
    return next((words for words in known if any(words)), known[0] if known else None)


def parse_number(word: str) -> float | None:
    """Give the number a word stands for, NaN for an empty word, None for a word that is no finite number.

    Examples
    --------
    >>> parse_number(" 1,200 "), parse_number("many")
    (1200.0, None)
    """
    word = word.strip().replace(",", "")
    if word.lower() in ("", "nan", "none", "null", "na", "-"):
        return math.nan
    try:
        value = float(word)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def describe_columns() -> str:
    """Every column of every kind of file, as the command's help shows them."""
    lines = []
    for kind, columns in COLUMNS.items():
        lines.append(f"columns of --{kind}:")
        for column in columns:
            mark = " (required)" if column.is_required else ""
            lines.append(f"  {column.name:<11}{column.meaning}{mark}; also {', '.join(column.aliases)}")
    return "\n".join(lines)


def refuse_unknown_file(path: str, kind: str, endings: Sequence[str]) -> InputError:
    """Error for a file whose ending says that nothing here reads it."""
    wanted = "a file ending in " + ", ".join(endings)
    return InputError(Fault(kind, path, wanted, "Save the table in one of these formats."))
