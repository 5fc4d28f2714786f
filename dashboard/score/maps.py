"""Columns renamed on the command line."""

from collections.abc import Sequence

from risk_core.errors import Fault, InputError


def pairs(argument: str, texts: Sequence[str]) -> dict[str, str]:
    """Our column names by the file's, from THEIRS=OURS.

    Examples
    --------
    >>> pairs("--map-column", ["cases=value"])
    {'cases': 'value'}
    """
    out: dict[str, str] = {}
    for text in texts:
        theirs, sign, ours = text.partition("=")
        if not sign or not theirs or not ours:
            raise InputError(Fault(argument, text, "THEIRS=OURS", f"For example {argument} cases=value."))
        out[theirs] = ours
    return out
