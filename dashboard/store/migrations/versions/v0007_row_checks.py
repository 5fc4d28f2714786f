"""A checksum in each row of observations, so that a value that the disk has altered is found out when it is read."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TABLES = (
    "cases", "deaths", "surveys", "signals", "flows", "counts", "rain", "wind", "tracks", "alerts", "closures",
    "visits", "shelters", "zones",
)  # fmt: skip


def upgrade() -> None:
    """Add the column; rows that came before have no checksum and are taken as they are."""
    for name in _TABLES:
        op.add_column(name, sa.Column("row_crc32", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    for name in _TABLES:
        with op.batch_alter_table(name) as table:
            table.drop_column("row_crc32")
