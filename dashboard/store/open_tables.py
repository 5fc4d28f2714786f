"""Tables of those who build on the API: webhooks, jobs, contributions. They join those of `dashboard.store.schema`."""

from typing import Any, Final

from sqlalchemy import Boolean, Column, Double, Index, Integer, MetaData, Table, Text

metadata: Final = MetaData()
"""Every table of the database."""


def _texts(*names: str) -> list["Column[Any]"]:
    return [Column(name, Text, nullable=False) for name in names]


def _numbers(*names: str) -> list["Column[Any]"]:
    return [Column(name, Double, nullable=False) for name in names]


def _wholes(*names: str) -> list["Column[Any]"]:
    return [Column(name, Integer, nullable=False) for name in names]


WEBHOOKS: Final = Table(
    "webhooks",
    metadata,
    Column("hook_id", Text, primary_key=True),
    *_texts("owner_id", "area_id", "name", "url", "place", "layer"),
    *_wholes("level", "generation"),
    *_texts("state"),
    *_numbers("made_s"),
    Column("is_above", Boolean),
    *_texts("told_version"),
    *_wholes("n_failed"),
    Column("push", Text),
    sqlite_with_rowid=False,
)
"""Who wants to be told of what; their secrets are kept nowhere."""

DELIVERIES: Final = Table(
    "deliveries",
    metadata,
    Column("delivery_id", Text, primary_key=True),
    *_texts("hook_id", "kind", "body", "state", "answer"),
    *_numbers("made_s", "next_s"),
    *_wholes("n_try"),
    Index("ix_deliveries_due", "state", "next_s"),
    Index("ix_deliveries_hook", "hook_id", "made_s"),
    sqlite_with_rowid=False,
)
"""What is to be told, and what came of it."""

JOBS: Final = Table(
    "jobs",
    metadata,
    Column("job_id", Text, primary_key=True),
    *_texts("owner_id", "owner_name", "area_id", "kind", "request", "state", "step"),
    *_numbers("done_share", "made_s"),
    Column("begun_s", Double),
    Column("ended_s", Double),
    *_numbers("beat_s"),
    *_wholes("n_begun"),
    *_texts("result", "problem"),
    Index("ix_jobs_state", "state", "made_s"),
    sqlite_with_rowid=False,
)
"""Long work asked for, and how far it is."""

CONTRIBUTED_SOURCES: Final = Table(
    "contributed_sources",
    metadata,
    Column("source_id", Text, primary_key=True),
    *_texts("key_id", "area_id", "kind", "owner", "licence", "public_key"),
    *_numbers("fresh_s", "made_s"),
    Column("ended_s", Double),
    *_numbers("trust"),
    Column("error", Double),
    *_wholes("n_error"),
    sqlite_with_rowid=False,
)
"""Operators' sources: whose, under which licence, and how far they are trusted."""

CONTRIBUTED_BATCHES: Final = Table(
    "contributed_batches",
    metadata,
    Column("source_id", Text, primary_key=True),
    Column("nonce", Text, primary_key=True),
    *_numbers("issued_s", "received_s"),
    *_wholes("n_new", "n_changed", "n_same", "n_refused", "n_held"),
    sqlite_with_rowid=False,
)
"""Batches taken, so that none is taken twice."""

HELD_ROWS: Final = Table(
    "held_rows",
    metadata,
    Column("held_id", Integer, primary_key=True),
    *_texts("source_id", "nonce", "record", "reason", "state"),
    *_numbers("held_s"),
    Index("ix_held_rows_source", "source_id", "state", "held_id"),
)
"""Contributed rows that are not plausible, until somebody decides."""

PRIVACY_SPENT: Final = Table(
    "privacy_spent",
    metadata,
    Column("source_id", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    *_numbers("epsilon"),
    sqlite_with_rowid=False,
)
"""Privacy that each source has spent on each day of its data."""
