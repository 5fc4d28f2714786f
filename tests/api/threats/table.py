"""The threat table: what may go wrong, what stands against it. Each row has at least one test named after its id.

Numbers in brackets are those of the OWASP API Security Top 10 of 2023.
"""

from typing import Final, NamedTuple


class Row(NamedTuple):
    """One threat and the control against it."""

    threat: str
    control: str


THREATS: Final[dict[str, Row]] = {
    "t01": Row("stolen or guessed keys (2)", "256 random bits shown once, SHA-256 kept, scopes, expiry, rotation"),
    "t02": Row("reading others' jobs, webhooks, contributions (1, 3, 5)", "owner in every query; unlisted is refused"),
    "t03": Row(
        "resource exhaustion (4)", "bounds on body, points, polygons, spans, rows and questions at once, each named"
    ),
    "t04": Row("quotas with more than one process (4, 6)", "one counted file for every process"),
    "t05": Row(
        "requests forged by the server: webhook addresses (7, 10)", "public addresses only, pinned, no redirects"
    ),
    "t06": Row("XML bombs", "no document types, bounded bytes and depth"),
    "t07": Row("zip bombs and paths out of a folder", "nothing sent is unpacked; names are never paths"),
    "t08": Row("polygon bombs", "bounded places; rings that cross are refused, never repaired"),
    "t09": Row("NaN, infinity, swapped axes, antimeridian", "refused with the reason"),
    "t10": Row("poisoned contributions (10)", "signatures, nonces, plausibility, trust by what the others tell"),
    "t11": Row("forged requests from other sites", "Origin checked for sessions; reading open, without credentials"),
    "t12": Row("misconfiguration (8)", "safety headers on every answer, no debugger, errors tell nothing of us"),
    "t13": Row("forgotten addresses (9)", "one document of every address, kept under review"),
    "t14": Row("supply chain", "every package pinned to one version; no package is fetched at run time"),
    "t15": Row("places of people kept", "no coordinate reaches a log, a cache, a database, a file or an error"),
}
