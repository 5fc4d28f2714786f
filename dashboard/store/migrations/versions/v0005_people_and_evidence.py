"""People counted in whole districts, with their error; deaths and antibody surveys, which tell how many are found."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_KEY = ("area_id", "source", "simulated", "district_id", "day_s", "as_of_s")


def _make(name: str, *measured: str) -> None:
    columns = (
        sa.Column("area_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("district_id", sa.Text(), nullable=False),
        sa.Column("day_s", sa.Double(), nullable=False, autoincrement=False),
        sa.Column("as_of_s", sa.Double(), nullable=False, autoincrement=False),
        sa.Column("received_s", sa.Double(), nullable=False),
        *(sa.Column(one, sa.Double(), nullable=False) for one in measured),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("quality", sa.Text(), nullable=False),
    )
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*_KEY), sqlite_with_rowid=False)
    op.create_index(f"ix_{name}_area_time", name, ["area_id", "day_s"])


def upgrade() -> None:
    """Add the columns and tables; counts that came before are of cells, with an unknown error."""
    op.add_column("counts", sa.Column("district_id", sa.Text(), nullable=False, server_default=""))
    op.add_column("counts", sa.Column("sd_persons", sa.Double(), nullable=True))
    _make("deaths", "count")
    _make("surveys", "n_positive", "n_tested", "sensitivity", "specificity")


def downgrade() -> None:
    """Drop them."""
    op.drop_table("surveys")
    op.drop_table("deaths")
    with op.batch_alter_table("counts") as counts:
        counts.drop_column("sd_persons")
        counts.drop_column("district_id")
