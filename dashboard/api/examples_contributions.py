"""Examples of contributions, invented; a test reads each through its own model."""

from typing import Any, Final

from dashboard.api.examples import NOW
from dashboard.store.kinds import KINDS, Kind

KEY: Final = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
"""Public key of RFC 8037, appendix A.1."""
SOURCE_REQUEST: Final[dict[str, Any]] = {
    "area": "coquimbo",
    "kind": "counts",
    "owner": "Example Telecom",
    "licence": "CC-BY-4.0",
    "fresh_s": 86400.0,
    "public_key": KEY,
}
SOURCE: Final[dict[str, Any]] = {
    "source_id": "op-0f3a9c1b5d7e",
    "area": "coquimbo",
    "kind": "counts",
    "owner": "Example Telecom",
    "licence": "CC-BY-4.0",
    "fresh_s": 86400.0,
    "columns": [column.name for column in KINDS[Kind.COUNTS].columns],
    "made_at": NOW,
    "trust": 0.82,
    "log_error": 0.19,
    "n_compared": 1240,
    "n_held": 1,
}
SOURCES: Final[dict[str, Any]] = {"sources": [SOURCE]}
BATCH: Final[dict[str, Any]] = {
    "payload": "eyJyZWNvcmRzIjogW119",
    "protected": "eyJhbGciOiAiRWQyNTUxOSIsICJraWQiOiAib3AtMGYzYTljMWI1ZDdlIiwgInR5cCI6ICJhbnNpbWdpbC1iYXRjaCtqc29uIn0",
    "signature": "AAAA",
}
_COUNTS: Final[dict[str, Any]] = {
    "nonce": "Zk3m1-ExampleNonce-01",
    "issued_at": NOW,
    "received_at": NOW,
    "n_new": 310,
    "n_changed": 0,
    "n_same": 0,
    "n_refused": 2,
    "n_held": 1,
}
RECEIPT: Final[dict[str, Any]] = {**_COUNTS, "source_id": "op-0f3a9c1b5d7e", "faults": []}
HELD: Final[dict[str, Any]] = {
    "held_id": 7,
    "source_id": "op-0f3a9c1b5d7e",
    "reason": "crowd",
    "reason_text": "More people than the cell has room for",
    "record": {"lat": -29.95, "lon": -71.34, "hour": "2026-07-01T03:00:00Z", "persons": 90000},
    "held_at": NOW,
}
HELD_LIST: Final[dict[str, Any]] = {"area": "coquimbo", "held": [HELD]}
SPENT: Final[dict[str, Any]] = {"subject": "counts", "day": "2026-07-01", "epsilon": 1.0, "left": 0.0}
SOURCE_DETAIL: Final[dict[str, Any]] = {**SOURCE, "batches": [_COUNTS], "held": [HELD], "spent": [SPENT]}
DECISION: Final[dict[str, Any]] = {"area": "coquimbo", "decision": "drop", "why": "A typing error, the owner says"}
HELD_ACT: Final[dict[str, Any]] = {
    "act": 14,
    "area": "coquimbo",
    "subject": "held",
    "subject_id": "7",
    "deed": "drop",
    "who_id": "1f2e3d4c",
    "who": "City hall, night shift",
    "why": "A typing error, the owner says",
    "at": NOW,
    "undoes": None,
    "before": {"state": "held", "reason": "crowd"},
    "after": {"state": "dropped", "reason": "crowd"},
}
UPDATE_RECEIPT: Final[dict[str, Any]] = {
    "source_id": "op-0f3a9c1b5d7e",
    "nonce": "Zk3m1-ExampleNonce-01",
    "n_step": 41,
}
MOVEMENT: Final[dict[str, Any]] = {
    "area": "coquimbo",
    "districts": ["04101", "04102"],
    "weights": {"op-0f3a9c1b5d7e": 0.82},
    "n_visit": [1204.0, 988.2],
    "n_step": [[0, 1, 310.5]],
}
