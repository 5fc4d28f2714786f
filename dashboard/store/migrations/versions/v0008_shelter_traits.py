"""Who gets into a shelter, and until when it takes people."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_COLUMNS = (("step_free", sa.Boolean), ("pets", sa.Boolean), ("until_s", sa.Double))


def upgrade() -> None:
    """Add the columns; of what came before none of it is known."""
    for name, kind in _COLUMNS:
        op.add_column("shelters", sa.Column(name, kind(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("shelters") as shelters:
        for name, _ in _COLUMNS:
            shelters.drop_column(name)
