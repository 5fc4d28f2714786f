"""First schema: one table a kind of observation, change counts and drills. Frozen: later changes are new files."""

from typing import NamedTuple

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TYPES = {"text": sa.Text, "real": sa.Double, "integer": sa.Integer, "boolean": sa.Boolean}


class _Kind(NamedTuple):
    """Columns of one kind as ``name type``: of its key, needed ones, others; `time` is indexed with the area."""

    name: str
    time: str
    key: str
    needed: str
    optional: str


_KINDS = (
    _Kind("cases", "day_s", "district_id text, day_s real, as_of_s real", "count real", ""),
    _Kind("signals", "day_s", "district_id text, name text, day_s real, as_of_s real", "value real", ""),
    _Kind("flows", "hour_s", "origin_id text, destination_id text, hour_s real", "persons real", ""),
    _Kind("counts", "hour_s", "cell_id text, hour_s real", "persons real", "lat_deg real, lon_deg real"),
    _Kind(
        "rain",
        "time_s",
        "station_id text, time_s real",
        "lat_deg real, lon_deg real",
        "interval_s real, amount_mm real, rate_mm_per_h real",
    ),
    _Kind(
        "wind",
        "time_s",
        "station_id text, time_s real",
        "lat_deg real, lon_deg real, speed_m_per_s real",
        "gust_m_per_s real, direction_deg real",
    ),
    _Kind(
        "tracks",
        "issue_s",
        "storm_id text, issue_s real, time_s real",
        "name text, lat_deg real, lon_deg real, averaging_s real",
        "central_pressure_hpa real, max_wind_m_per_s real, radius_25_m real, radius_15_m real",
    ),
    _Kind(
        "alerts",
        "sent_s",
        "sender text, identifier text, sent_s real, info integer",
        "status text, message_type text, referenced text, language text, event text, urgency text, "
        "severity text, certainty text, headline text, description text, instruction text, "
        "area_text text, web text",
        "from_s real, until_s real, geometry text",
    ),
    _Kind(
        "closures",
        "from_s",
        "closure_id text",
        "reason text, name text, from_s real, profiles text, geometry text, is_cancelled boolean",
        "until_s real",
    ),
    _Kind(
        "visits",
        "time_s",
        "visitor_id text, time_s real",
        "place_id text, place_kind text",
        "lat_deg real, lon_deg real, duration_s real, start_day integer, start_min integer, weekday integer",
    ),
    _Kind(
        "shelters",
        "time_s",
        "shelter_id text, time_s real",
        "name text, kind text, is_open boolean",
        "lat_deg real, lon_deg real, capacity_persons real, occupancy_persons real",
    ),
    _Kind("zones", "time_s", "zone_id text, time_s real", "name text, status text, set_by text", "geometry text"),
)


def _columns(words: str, is_needed: bool) -> list["sa.Column[object]"]:
    pairs = [word.split() for word in words.split(",") if word.strip()]
    return [sa.Column(name, _TYPES[kind](), nullable=not is_needed, autoincrement=False) for name, kind in pairs]


def _make(kind: _Kind) -> None:
    key = _columns("area_id text, source text, simulated boolean, " + kind.key, True)
    common = _columns("received_s real, revision integer, quality text", True)
    others = _columns(kind.needed, True) + _columns(kind.optional, False)
    primary = sa.PrimaryKeyConstraint(*(column.name for column in key))
    op.create_table(kind.name, *key, *others, *common, primary, sqlite_with_rowid=False)
    op.create_index(f"ix_{kind.name}_area_time", kind.name, ["area_id", kind.time])


def upgrade() -> None:
    """Make every table."""
    for kind in _KINDS:
        _make(kind)
    op.create_table(
        "area_changes",
        sa.Column("area_id", sa.Text(), primary_key=True),
        sa.Column("change_count", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "drills",
        sa.Column("area_id", sa.Text(), primary_key=True),
        sa.Column("run_number", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("speed", sa.Double(), nullable=False),
        sa.Column("phase", sa.String(16), nullable=False),
        sa.Column("started_s", sa.Double(), nullable=False),
        sa.Column("story_s", sa.Double(), nullable=False),
        sa.Column("caption_code", sa.Text(), nullable=False),
        sa.Column("elapsed_s", sa.Double(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Go back to an empty database."""
    for name in ("drills", "area_changes", *(kind.name for kind in _KINDS)):
        op.drop_table(name)
