"""The figures hazards are judged by here: those of the program, with an operator's own file laid over them."""

from pathlib import Path

from dashboard.settings import CHECKOUT, Settings
from risk_core.errors import Fault, InputError
from risk_core.hazards.criteria import Criteria, default_criteria, read_criteria

MOST_BYTES = 2_000_000


def criteria_of(settings: Settings) -> Criteria:
    """Table of a server.

    Parameters
    ----------
    settings
        `criteria` names the operator's file, relative to the checkout; it needs to hold only what changes.

    Raises
    ------
    risk_core.errors.InputError
        For a file that cannot be read, and for each of its bad rows by number.
    """
    if not settings.criteria:
        return default_criteria()
    path = Path(settings.criteria)
    path = path if path.is_absolute() else CHECKOUT / path
    remedy = "Set ANSIMGIL_CRITERIA to a readable file, or unset it."
    try:
        data = path.read_bytes()
        if len(data) > MOST_BYTES:
            raise InputError(Fault("criteria", f"{len(data)} bytes", f"at most {MOST_BYTES}", remedy, str(path)))
        text = data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(Fault("criteria", str(path), "a text file in UTF-8", remedy)) from error
    return default_criteria().overlaid(read_criteria(text, path.name))
