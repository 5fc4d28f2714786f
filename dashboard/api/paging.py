"""Pages of long lists: a cursor names the last thing told, so nothing is skipped or told twice while a list changes."""

import base64
import binascii
import json
from typing import Annotated, Any, Final

from pydantic import Field

from risk_core.errors import Fault, InputError

MAX_LIMIT: Final = 500
DEFAULT_LIMIT: Final = 100
MAX_CURSOR: Final = 600

Limit = Annotated[int, Field(ge=1, le=MAX_LIMIT, description="most things on one page")]
Cursor = Annotated[
    str, Field(max_length=MAX_CURSOR, pattern=r"^[A-Za-z0-9_=-]*$", description="`next` of the page before")
]


def make_cursor(*after: str | float) -> str:
    """Text that names a place in a list.

    Examples
    --------
    >>> read_cursor(make_cursor("rain", 12.5), 2)
    ['rain', 12.5]
    """
    return base64.urlsafe_b64encode(json.dumps(after, separators=(",", ":")).encode()).decode().rstrip("=")


def read_cursor(text: str, n: int) -> list[Any]:
    """What a cursor names.

    Raises
    ------
    risk_core.errors.InputError
        For a text this server did not make, or of another list.
    """
    remedy = "Leave it out for the first page, and give each page's `next` unchanged."
    refused = InputError(Fault("cursor", "no cursor of this list", "`next` of the page before", remedy))
    try:
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        raise refused from None
    if isinstance(found, list) and len(found) == n and all(isinstance(one, str | int | float) for one in found):
        return found
    raise refused
