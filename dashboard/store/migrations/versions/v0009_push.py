"""Subscriptions of browsers beside webhooks: where a message is encrypted for one device."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; every subscription so far is a webhook."""
    op.add_column("webhooks", sa.Column("push", sa.Text(), nullable=True))


def downgrade() -> None:
    """Forget the browsers and drop it: no webhook can tell them anything."""
    op.execute("DELETE FROM deliveries WHERE hook_id IN (SELECT hook_id FROM webhooks WHERE push IS NOT NULL)")
    op.execute("DELETE FROM webhooks WHERE push IS NOT NULL")
    with op.batch_alter_table("webhooks") as table:
        table.drop_column("push")
