"""What models took is kept: each call, and what a day has spent."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("answer_id", sa.String(length=36)),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("failure", sa.String(length=32)),
        sa.Column("prompt_tokens", sa.Integer(), nullable=False),
        sa.Column("completion_tokens", sa.Integer(), nullable=False),
        sa.Column("is_estimated", sa.Boolean(), nullable=False),
        sa.Column("most_prompt", sa.Integer(), nullable=False),
        sa.Column("most_answer", sa.Integer(), nullable=False),
        sa.Column("charged", sa.Integer()),
        sa.Column("first_token", sa.Integer()),
        sa.Column("seconds", sa.Float()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
    )
    op.create_index("ix_ledger_day_model", "ledger", ["day", "model"])
    runs = sa.text("charged IS NULL")
    op.create_index("ix_ledger_running", "ledger", ["began_at"], sqlite_where=runs, postgresql_where=runs)
    op.create_table(
        "allowances",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_allowances")),
    )


def downgrade() -> None:
    op.drop_table("allowances")
    op.drop_table("ledger")
