"""One parser under atheris, started by tests.api.fuzz: NAME CORPUS [options of libFuzzer]."""

import sys

import atheris

with atheris.instrument_imports(include=["dashboard", "risk_core"]):
    from tests.api.fuzz import PARSERS, POINT_REFUSALS, REFUSALS


def main() -> None:
    """Fuzz until the time is over; whatever is no refusal ends the process with the input."""
    name = sys.argv[1]
    parse, _ = PARSERS[name]
    refusals = REFUSALS + (POINT_REFUSALS if name in ("point", "box") else ())

    def try_one(data: bytes) -> None:
        try:
            parse(data)
        except refusals:
            return

    atheris.Setup([sys.argv[0], *sys.argv[2:]], try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
