"""An answer can be gone on with, and knows when it may be asked for again."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True))
        messages.add_column(sa.Column("attempt", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("messages") as messages:
        messages.drop_column("attempt")
        messages.drop_column("retry_at")
