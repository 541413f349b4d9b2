"""Finished answers are kept as HTML as well, so that a page of many need not render them again."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "renderings",
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("imprint", sa.String(length=32), nullable=False),
        sa.Column("blocks", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_renderings_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_renderings")),
    )


def downgrade() -> None:
    op.drop_table("renderings")
