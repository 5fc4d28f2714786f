"""Encoded polylines: a line as printable text, as OSRM, openrouteservice and Valhalla write it.

Google's Encoded Polyline Algorithm Format: each step from point to point in whole units of 10**-precision degrees,
zigzag in five-bit groups, least group first.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from risk_core.errors import Fault, InputError

FIVE: Final = 5
SIX: Final = 6
"""Digits after the point: five is the usual precision, Valhalla and OSRM's ``polyline6`` write six."""
FIRST_CHARACTER: Final = 63
GROUP_BITS: Final = 5
MORE: Final = 0x20
MAX_BITS: Final = 35
"""A value of 180 degrees in steps of a millionth needs 29 bits; anything longer is no coordinate."""


def encode_polyline(points: Iterable[Sequence[float]], digits: int = FIVE) -> str:
    """Text of (lat_deg, lon_deg) points.

    Examples
    --------
    >>> encode_polyline([(38.5, -120.2), (40.7, -120.95), (43.252, -126.453)])
    '_p~iF~ps|U_ulLnnqC_mqNvxq`@'
    """
    scale = 10**digits
    last, words = (0, 0), []
    for lat, lon in points:
        here = round(lat * scale), round(lon * scale)
        words += [_word(here[0] - last[0]), _word(here[1] - last[1])]
        last = here
    return "".join(words)


def decode_polyline(text: str, digits: int = FIVE) -> list[tuple[float, float]]:
    """Points (lat_deg, lon_deg) of a text.

    Raises
    ------
    risk_core.errors.InputError
        For characters no polyline has, a value that is too long, or a text that breaks off.

    Examples
    --------
    >>> decode_polyline("_p~iF~ps|U_ulLnnqC")
    [(38.5, -120.2), (40.7, -120.95)]
    """
    steps, bits, value = [], 0, 0
    for character in text:
        group = ord(character) - FIRST_CHARACTER
        if not 0 <= group < 2 * MORE or bits > MAX_BITS:
            raise _broken(text)
        value |= (group & (MORE - 1)) << bits
        bits += GROUP_BITS
        if group < MORE:
            steps.append(~(value >> 1) if value & 1 else value >> 1)
            bits = value = 0
    if bits or len(steps) % 2:
        raise _broken(text)
    scale, at, points = 10.0**digits, [0, 0], []
    for i in range(0, len(steps), 2):
        at = [at[0] + steps[i], at[1] + steps[i + 1]]
        points.append((at[0] / scale, at[1] / scale))
    return points


def _word(step: int) -> str:
    value, groups = ~(step << 1) if step < 0 else step << 1, []
    while value >= MORE:
        groups.append(chr((MORE | (value & (MORE - 1))) + FIRST_CHARACTER))
        value >>= GROUP_BITS
    return "".join([*groups, chr(value + FIRST_CHARACTER)])


def _broken(text: str) -> InputError:
    remedy = "Give the text as the encoder wrote it, percent-encoded in an address."
    return InputError(Fault("polyline", f"{len(text)} characters", "an encoded polyline", remedy))
