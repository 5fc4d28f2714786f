"""The one check of option records: every number inside its range, all faults at once."""

from collections.abc import Mapping

from risk_core.errors import Fault, raise_faults


def check_ranges(options: object, ranges: Mapping[str, tuple[float, float]]) -> None:
    """Check that each named attribute of an option record is a number within its bounds, both included.

    Raises
    ------
    InputError
        Naming every attribute outside its bounds (NaN is).
    """
    faults = []
    for name, (least, most) in ranges.items():
        value = getattr(options, name)
        if not least <= value <= most:
            wanted = f"a number in {least:g}..{most:g}"
            faults.append(Fault(name, str(value), wanted, f"Correct {type(options).__name__}.{name}."))
    raise_faults(faults)
