"""Random bytes into every parser that eats what outsiders send, for a while: `make fuzz`, or --seconds 60.

Atheris does the work (coverage-guided, libFuzzer), in a fork for each parser; where it is not installed, or with --own,
it is the mutator below. The last line of the output says which.

Each parser may refuse what it is given with an error of ours (`InputError`), and nothing else; none may take longer
than a second. Inputs grow from samples by small edits from a seed, so a run can be repeated.
"""

import argparse
import contextlib
import importlib.util
import json
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import ValidationError

from dashboard.api.faces.ors_bodies import OrsDirectionsAsked, OrsMatrixAsked
from dashboard.api.faces.osrm import read_points
from dashboard.api.faces.valhalla_bodies import ValhallaAsked
from dashboard.api.paging import make_cursor, read_cursor
from dashboard.api.polyline import decode_polyline
from dashboard.api.reading import RoutesRequest, parse_point
from dashboard.api.reading_lists import parse_box
from dashboard.contributions.intake import CONTRIBUTED, MAX_ROWS
from dashboard.contributions.refuse import check_fields
from dashboard.contributions.signed import sender_of
from dashboard.feeds.cap import parse_cap
from dashboard.hooks.target import parse_target
from dashboard.store.checking import Reading, check_records
from dashboard.store.kinds import KINDS, Kind
from risk_core.errors import AnsimgilError

SLOWEST_S = 1.0
MAX_BYTES = 4096
CAP = b"""<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>a</identifier><sender>b</sender>
<sent>2026-01-01T00:00:00+09:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope><info>
<language>ko</language><category>Met</category><event>e</event><urgency>Past</urgency><severity>Minor</severity>
<certainty>Likely</certainty><area><areaDesc>d</areaDesc><polygon>1,1 1,2 2,2 1,1</polygon><circle>1,1 5</circle></area>
</info></alert>"""
ENDS = {"from": {"lat": 1.0, "lon": 2.0}, "to": {"lat": 1.0, "lon": 2.0}}
RING = [[0, 0], [1, 0], [1, 1], [0, 0]]
ROW = {
    "station": "s", "id": "c1", "time": "2026-01-01T00:00:00Z", "from": "202601012400", "hour": 1.7e9,
    "lat": 1, "lon": 2, "day": "2026-01-01", "count": 3, "amount_mm": 1.5, "profiles": "car;walk", "open": "yes",
    "persons": 12, "geometry": {"type": "Polygon", "coordinates": [RING]},
}  # fmt: skip

Parser = Callable[[bytes], object]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _batch(data: bytes) -> None:
    """Rows of a contribution after its signature, as each kind that may be sent."""
    told = _json(data)
    if not isinstance(told, list) or len(told) > MAX_ROWS or not all(isinstance(one, dict) for one in told):
        return
    for kind in CONTRIBUTED:
        check_records(KINDS[kind], told, Reading())
    check_fields(KINDS[Kind.RAIN], told)


def _json(data: bytes) -> object:
    with contextlib.suppress(ValueError, RecursionError):
        return json.loads(data)
    return None


PARSERS: dict[str, tuple[Parser, bytes]] = {
    "CAP": (lambda data: parse_cap(data, "fuzz.xml"), CAP),
    "polyline": (lambda data: decode_polyline(_text(data)), b"_p~iF~ps|U_ulLnnqC_mqNvxq`@"),
    "OSRM coordinates": (lambda data: read_points(_text(data), 1), b"-71.2,-29.9;-71.3,-29.8"),
    "cursor": (lambda data: read_cursor(_text(data), 2), make_cursor("rain", 12.5).encode()),
    "point": (lambda data: parse_point(_text(data)), b"-29.95,-71.34"),
    "box": (lambda data: parse_box(_text(data)), b"-71.3,-29.9,-71.2,-29.8"),
    "routes": (
        RoutesRequest.model_validate_json,
        json.dumps(ENDS | {"avoid": {"type": "Polygon", "coordinates": [RING]}}).encode(),
    ),
    "ors directions": (
        OrsDirectionsAsked.model_validate_json,
        json.dumps({"coordinates": [[1, 2], [3, 4]], "options": {"avoid_polygons": {}}}).encode(),
    ),
    "ors matrix": (
        OrsMatrixAsked.model_validate_json,
        json.dumps({"locations": [[1, 2]], "sources": ["all"]}).encode(),
    ),
    "valhalla": (
        ValhallaAsked.model_validate_json,
        json.dumps({"locations": [{"lat": 1, "lon": 2}] * 2, "costing": "auto", "avoid_polygons": [RING]}).encode(),
    ),
    "webhook address": (lambda data: parse_target(_text(data)), b"https://hooks.example.org:8443/a?b=c"),
    "header of a batch": (
        lambda data: sender_of({"protected": _text(data)}),
        b"eyJhbGciOiAiRWQyNTUxOSIsICJraWQiOiAib3AtMCIsICJ0eXAiOiAiYW5zaW1naWwtYmF0Y2granNvbiJ9",
    ),
    "rows of a batch": (_batch, json.dumps([ROW]).encode()),
}
PARSED_BY: dict[str, tuple[str, ...]] = {
    "CAP": ("dashboard.feeds.cap", "dashboard.feeds.cap_outline", "dashboard.feeds.xml"),
    "polyline": ("dashboard.api.polyline",),
    "OSRM coordinates": ("dashboard.api.faces.osrm", "dashboard.api.reading"),
    "cursor": ("dashboard.api.paging",),
    "point": ("dashboard.api.reading",),
    "box": ("dashboard.api.reading_lists", "dashboard.api.reading"),
    "routes": ("dashboard.api.reading",),
    "ors directions": ("dashboard.api.faces.ors_bodies", "dashboard.api.reading"),
    "ors matrix": ("dashboard.api.faces.ors_bodies", "dashboard.api.reading"),
    "valhalla": ("dashboard.api.faces.valhalla_bodies", "dashboard.api.reading"),
    "webhook address": ("dashboard.hooks.target",),
    "header of a batch": ("dashboard.contributions.signed",),
    "rows of a batch": (
        *("dashboard.contributions.refuse", "dashboard.store.checking", "dashboard.store.blocks"),
        *("dashboard.store.columns", "dashboard.store.times", "dashboard.store.complete", "dashboard.store.geometry"),
    ),
}
"""Modules of ours that a parser runs through, for the coverage that guides atheris."""
REFUSALS = (AnsimgilError, ValidationError)
POINT_REFUSALS = (ValueError,)
"""What a validator inside a model raises; the model turns it into its own error."""


def mutants(sample: bytes, rng: random.Random) -> Iterator[bytes]:
    """Samples changed a little, then a little more, without end."""
    pool = [sample]
    words = [b"<", b">", b"&", b'"', b"\x00", b"\xff", b"1e999", b"NaN", b"-", b"{", b"[", b",", b";", b"\xed\xa0\x80"]
    while True:
        data = bytearray(rng.choice(pool))
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(data) + 1)
            match rng.randrange(5):
                case 0:
                    data[at : at + rng.randint(0, 8)] = b""
                case 1:
                    data[at:at] = rng.choice(words) * rng.choice((1, 1, 1, 40))
                case 2:
                    data[at:at] = rng.randbytes(rng.randint(1, 4))
                case 3:
                    data[at:at] = data[: rng.randint(0, len(data))]
                case _:
                    if at < len(data):
                        data[at] ^= 1 << rng.randrange(8)
        made = bytes(data[:MAX_BYTES])
        if len(pool) < 200:
            pool.append(made)
        yield made


def _parse(name: str, parse: Parser, data: bytes, refusals: tuple[type[Exception], ...]) -> None:
    """Give one input to a parser; what is no refusal is a fault of ours."""
    try:
        parse(data)
    except refusals:
        raise
    except Exception as error:
        raise AssertionError(f"{name}: {type(error).__name__}: {error} for {data!r}") from error


def fuzz(seconds: float, seed: int) -> dict[str, int]:
    """Try every parser for its share of the time; gives how many inputs each saw.

    Raises
    ------
    AssertionError
        For an input a parser neither read nor refused, or took too long for; it is in the message.
    """
    counts = {}
    for name, (parse, sample) in PARSERS.items():
        rng, n, end = random.Random(f"{seed} {name}"), 0, time.monotonic() + seconds / len(PARSERS)
        refusals = REFUSALS + (POINT_REFUSALS if name in ("point", "box") else ())
        for data in mutants(sample, rng):
            begin = time.monotonic()
            with contextlib.suppress(*refusals):
                _parse(name, parse, data, refusals)
            spent = time.monotonic() - begin
            if spent > SLOWEST_S:
                raise AssertionError(f"{name}: {spent:.1f} s for {data!r}")
            n += 1
            if time.monotonic() >= end:
                break
        counts[name] = n
    return counts


def main() -> None:
    """Fuzz and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--own", action="store_true", help="use our own mutator where atheris is installed too")
    args = parser.parse_args()
    is_guided = not args.own and importlib.util.find_spec("atheris") is not None
    counts = fuzz_guided(args.seconds, args.seed) if is_guided else fuzz(args.seconds, args.seed)
    for name, n in counts.items():
        sys.stdout.write(f"{name}: {n} inputs, none crashed\n")
    tool = "atheris" if is_guided else "our own mutator"
    sys.stdout.write(f"{sum(counts.values()):,} inputs in all, by {tool}\n")


def fuzz_guided(seconds: float, seed: int) -> dict[str, int]:
    """Try every parser with atheris for its share of the time, each in a fork of this process.

    Raises
    ------
    AssertionError
        With the end of its output, for a parser that crashed.
    """
    from tests.api.fuzz_guided import fuzz_one

    counts = {}
    for name, (_, sample) in PARSERS.items():
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "sample").write_bytes(sample)
            bounds = [folder, f"-max_total_time={max(round(seconds / len(PARSERS)), 1)}", f"-seed={seed}"]
            bounds += [f"-max_len={MAX_BYTES}", f"-timeout={SLOWEST_S:.0f}", f"-artifact_prefix={folder}/"]
            status, told = _in_fork(lambda name=name, bounds=bounds: fuzz_one(name, bounds))
        found = re.search(r"Done (\d+) runs", told)
        if status != 0 or found is None:
            raise AssertionError(f"{name}: {told[-3000:]}")
        counts[name] = int(found[1])
    return counts


def _in_fork(work: Callable[[], object]) -> tuple[int, str]:
    """Do work that ends its process in a fork; its status and whatever it wrote."""
    with tempfile.TemporaryFile() as told:
        child = os.fork()
        if child == 0:
            os.dup2(told.fileno(), 1)
            os.dup2(told.fileno(), 2)
            try:
                work()
            finally:
                os._exit(1)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        told.seek(0)
        return status, told.read().decode(errors="replace")


if __name__ == "__main__":
    main()
