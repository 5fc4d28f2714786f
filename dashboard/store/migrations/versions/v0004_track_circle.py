"""Circle in which an agency expects a storm's centre, so that its own uncertainty counts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what came before knows no circle."""
    op.add_column("tracks", sa.Column("radius_70_prob_m", sa.Double(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("tracks") as tracks:
        tracks.drop_column("radius_70_prob_m")
