"""Webhooks and their deliveries, jobs, contributed sources with their batches, what is held back, and privacy spent."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; nobody has subscribed, asked or contributed yet."""
    _add_hooks()
    _add_jobs()
    _add_contributions()


def _text(name: str, **more: bool) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=False, **more)


def _number(name: str, nullable: bool = False) -> "sa.Column[float]":
    return sa.Column(name, sa.Double(), nullable=nullable)


def _whole(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer(), nullable=False)


def _add_hooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("hook_id", sa.Text(), primary_key=True),
        *(_text(name) for name in ("owner_id", "area_id", "name", "url", "place", "layer")),
        _whole("level"),
        _whole("generation"),
        _text("state"),
        _number("made_s"),
        sa.Column("is_above", sa.Boolean(), nullable=True),
        _text("told_version"),
        _whole("n_failed"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", sa.Text(), primary_key=True),
        *(_text(name) for name in ("hook_id", "kind", "body", "state", "answer")),
        _number("made_s"),
        _number("next_s"),
        _whole("n_try"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_deliveries_due", "deliveries", ["state", "next_s"])
    op.create_index("ix_deliveries_hook", "deliveries", ["hook_id", "made_s"])


def _add_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("job_id", sa.Text(), primary_key=True),
        *(_text(name) for name in ("owner_id", "owner_name", "area_id", "kind", "request", "state", "step")),
        _number("done_share"),
        _number("made_s"),
        _number("begun_s", nullable=True),
        _number("ended_s", nullable=True),
        _number("beat_s"),
        _whole("n_begun"),
        _text("result"),
        _text("problem"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_jobs_state", "jobs", ["state", "made_s"])


def _add_contributions() -> None:
    op.create_table(
        "contributed_sources",
        sa.Column("source_id", sa.Text(), primary_key=True),
        *(_text(name) for name in ("key_id", "area_id", "kind", "owner", "licence", "public_key")),
        _number("fresh_s"),
        _number("made_s"),
        _number("ended_s", nullable=True),
        _number("trust"),
        _number("error", nullable=True),
        _whole("n_error"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contributed_batches",
        sa.Column("source_id", sa.Text(), primary_key=True),
        sa.Column("nonce", sa.Text(), primary_key=True),
        _number("issued_s"),
        _number("received_s"),
        *(_whole(name) for name in ("n_new", "n_changed", "n_same", "n_refused", "n_held")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "held_rows",
        sa.Column("held_id", sa.Integer(), primary_key=True),
        *(_text(name) for name in ("source_id", "nonce", "record", "reason", "state")),
        _number("held_s"),
    )
    op.create_index("ix_held_rows_source", "held_rows", ["source_id", "state", "held_id"])
    op.create_table(
        "privacy_spent",
        sa.Column("source_id", sa.Text(), primary_key=True),
        sa.Column("subject", sa.Text(), primary_key=True),
        sa.Column("day", sa.Text(), primary_key=True),
        _number("epsilon"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop them."""
    for name in ("privacy_spent", "held_rows", "contributed_batches", "contributed_sources", "jobs", "deliveries",
                 "webhooks"):  # fmt: skip
        op.drop_table(name)
