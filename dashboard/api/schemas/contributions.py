"""Bodies of contributed sources, batches and what is held back."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from pydantic import Field

from dashboard.api.fault_words import FaultBody, fault_body
from dashboard.api.schemas.words import Body, Share, Time, iso_time
from dashboard.contributions.federated import Merged
from dashboard.contributions.intake import Receipt
from dashboard.i18n import text
from dashboard.store.contributions import DAY_EPSILON, Batch, Held, Source
from dashboard.store.kinds import KINDS
from risk_core.state.area import Area


class GivenSourceBody(Body):
    """A contributed source."""

    source_id: str
    area: str
    kind: str
    owner: str
    licence: str
    fresh_s: float
    columns: list[str] = Field(description="schema of its records: the columns of its kind")
    made_at: Time
    trust: Share = Field(description="by how near it came to what all others told; 0.5 before anything was compared")
    log_error: float | None = Field(description="root mean squared log error against the others")
    n_compared: int
    n_held: int

    @classmethod
    def from_source(cls, source: Source, n_held: int) -> "GivenSourceBody":
        """Describe a source."""
        return cls(**_fields(source, n_held))


def _fields(source: Source, n_held: int) -> dict[str, Any]:
    return {
        "source_id": source.source_id,
        "area": source.area_id,
        "kind": str(source.kind),
        "owner": source.owner,
        "licence": source.licence,
        "fresh_s": source.fresh_s,
        "columns": [column.name for column in KINDS[source.kind].columns],
        "made_at": iso_time(source.made_s) or "",
        "trust": round(source.trust, 3),
        "log_error": None if source.error is None else round(source.error**0.5, 3),
        "n_compared": source.n_error,
        "n_held": n_held,
    }


class GivenSourcesBody(Body):
    """Somebody's own sources."""

    sources: list[GivenSourceBody]


class TakenBatchBody(Body):
    """A batch and what came of it."""

    nonce: str
    issued_at: Time
    received_at: Time
    n_new: int
    n_changed: int
    n_same: int
    n_refused: int
    n_held: int

    @classmethod
    def from_batch(cls, batch: Batch) -> "TakenBatchBody":
        """Describe a batch."""
        return cls(**_batch_fields(batch))


def _batch_fields(batch: Batch) -> dict[str, Any]:
    counts = {name: getattr(batch, name) for name in ("n_new", "n_changed", "n_same", "n_refused", "n_held")}
    times = {"issued_at": iso_time(batch.issued_s) or "", "received_at": iso_time(batch.received_s) or ""}
    return {"nonce": batch.nonce, **times, **counts}


class ReceiptBody(TakenBatchBody):
    """What came of a batch that was sent just now."""

    source_id: str
    faults: list[FaultBody] = Field(description="why rows were refused, the first 50")

    @classmethod
    def of(cls, receipt: Receipt, lang: str) -> "ReceiptBody":
        """Describe a receipt."""
        faults = [fault_body(one, "input", lang) for one in receipt.faults]
        return cls(**_batch_fields(receipt.batch), source_id=receipt.batch.source_id, faults=faults)


class HeldBody(Body):
    """A row held back."""

    held_id: int
    source_id: str
    reason: str
    reason_text: str
    record: dict[str, Any]
    held_at: Time

    @classmethod
    def from_held(cls, held: Held, lang: str) -> "HeldBody":
        """Describe a row in a language."""
        return cls(
            held_id=held.held_id,
            source_id=held.source_id,
            reason=held.reason,
            reason_text=text(f"held.{held.reason}", lang),
            record=dict(held.record),
            held_at=iso_time(held.held_s) or "",
        )


class HeldListBody(Body):
    """What is held back in an area."""

    area: str
    held: list[HeldBody]


class SpentBody(Body):
    """Privacy a source has spent on a day of its data."""

    subject: str
    day: str
    epsilon: float
    left: float


class GivenSourceDetailBody(GivenSourceBody):
    """A source with its batches, rows held back and privacy spent."""

    batches: list[TakenBatchBody]
    held: list[HeldBody]
    spent: list[SpentBody]

    @classmethod
    def of(
        cls, source: Source, n_held: int, batches: Sequence[Batch], held: Sequence[Held],
        spent: Mapping[tuple[str, str], float], lang: str,
    ) -> "GivenSourceDetailBody":  # fmt: skip
        """Describe a source wholly."""
        return cls(
            **_fields(source, n_held),
            batches=[TakenBatchBody.from_batch(one) for one in batches],
            held=[HeldBody.from_held(one, lang) for one in held],
            spent=[
                SpentBody(subject=subject, day=day, epsilon=epsilon, left=max(DAY_EPSILON - epsilon, 0.0))
                for (subject, day), epsilon in sorted(spent.items())[-100:]
            ],
        )


class UpdateReceiptBody(Body):
    """An update of the movement model that was taken."""

    source_id: str
    nonce: str
    n_step: int = Field(description="steps between districts it tells of")


class MovementBody(Body):
    """What the operators of an area learnt together."""

    area: str
    districts: list[str]
    weights: dict[str, float] = Field(description="trust in each source that takes part")
    n_visit: list[float] = Field(description="person-days at each district")
    n_step: list[tuple[int, int, float]] = Field(description="from, to (positions in districts), person-days")

    @classmethod
    def of(cls, area: Area, merged: Merged | None) -> "MovementBody":
        """Describe the model; empty before the first update."""
        steps = [] if merged is None else list(zip(*np.nonzero(merged.update.n_step), strict=True))
        return cls(
            area=area.area_id,
            districts=[one.district_id for one in area.districts],
            weights={} if merged is None else {name: round(one, 3) for name, one in merged.weights.items()},
            n_visit=[] if merged is None else [round(float(n), 1) for n in merged.update.n_visit],
            n_step=[(int(a), int(b), round(float(merged.update.n_step[a, b]), 1)) for a, b in steps if merged],
        )
