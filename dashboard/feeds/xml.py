"""XML from outsiders, opened with care: no document types, no entities, bounded size and depth."""

import re
from io import BytesIO
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import ParseError

from risk_core.errors import Fault, InputError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_BYTES: Final = 2_000_000
"""Largest document read."""

MAX_DEPTH: Final = 64
"""Deepest nesting read."""

_DECLARED: Final = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9_.:-]+)["'][^>]*?\?>""")
_KOREAN: Final = frozenset({"euc-kr", "euckr", "cp949", "ms949", "windows-949", "ks_c_5601-1987", "ksc5601"})


def open_xml(data: bytes, file: str) -> "Element":
    """Root element of a document.

    Raises
    ------
    InputError
        When it is no XML, is larger or deeper than the limits, or declares a document type or entities.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    if len(data) > MAX_BYTES:
        wanted = f"at most {MAX_BYTES} bytes"
        raise InputError(Fault("file", f"{len(data)} bytes", wanted, "Split it into single messages.", file))
    depth = 0
    root = None
    try:
        for event, element in iterparse(BytesIO(_as_utf8(data)), events=("start", "end"), forbid_dtd=True):
            root = element if root is None else root
            depth += 1 if event == "start" else -1
            if depth > MAX_DEPTH:
                wanted = f"at most {MAX_DEPTH} levels of nesting"
                raise InputError(Fault("file", "deeper", wanted, "This is no message meant to be read.", file))
    except DefusedXmlException as error:
        remedy = "Remove the document type and its entities."
        raise InputError(Fault("file", type(error).__name__, "XML without a document type", remedy, file)) from error
    except (ParseError, ValueError, LookupError) as error:
        raise InputError(
            Fault("file", str(error), "well-formed XML", "Ask the sender for a whole copy.", file)
        ) from error
    if root is None:
        raise InputError(Fault("file", "empty", "well-formed XML", "Ask the sender for a whole copy.", file))
    return root


def _as_utf8(data: bytes) -> bytes:
    """Turn documents in Korean multi-byte encodings, which the parser does not know, to UTF-8."""
    found = _DECLARED.match(data)
    if found is None or found.group(1).decode().lower() not in _KOREAN:
        return data
    return data[found.end() :].decode("cp949").encode()
