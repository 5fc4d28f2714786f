"""OpenStreetMap's tagging rules as data: one small hand-written network a rule, and what must come of it.

`RULES` is read by `test_conformance.py`; `as_table()` writes it for people. Travellers are letters: W walk,
H wheelchair, B bicycle, C car, U bus, A ambulance.
"""

from tests.areas.conformance.access import ACCESS, SPEED, STEPS, WHEELS
from tests.areas.conformance.barriers import BARRIER
from tests.areas.conformance.oneways import ONEWAY
from tests.areas.conformance.others import FERRY, LEFT_OUT, TUNNEL
from tests.areas.conformance.restrictions import RESTRICTION
from tests.areas.conformance.rule import LETTERS, Rule

__all__ = ["LETTERS", "RULES", "Rule", "as_table"]

RULES = (*ONEWAY, *ACCESS, *WHEELS, *STEPS, *SPEED, *BARRIER, *RESTRICTION, *FERRY, *TUNNEL, *LEFT_OUT)


def as_table() -> str:
    """Write the rules as a Markdown table under a line that counts them."""
    lines = [f"{len(RULES)} rules", "", "| topic | rule | OpenStreetMap wiki | expected |", "|---|---|---|---|"]
    return "\n".join(lines + [f"| {rule.topic} | {rule.name} | {rule.page} | {rule.expected} |" for rule in RULES])
