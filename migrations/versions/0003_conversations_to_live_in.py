"""Conversations can be pinned, deleted, set and shared; messages may have images, and know how they were asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("conversations") as conversations:
        conversations.add_column(sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=True))
        conversations.add_column(sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
        conversations.add_column(sa.Column("model", sa.Text(), nullable=True))
        conversations.add_column(sa.Column("instructions", sa.Text(), nullable=False, server_default=""))
        conversations.add_column(sa.Column("temperature", sa.Float(), nullable=True))
        conversations.add_column(sa.Column("max_tokens", sa.Integer(), nullable=True))
        conversations.add_column(sa.Column("reasoning", sa.String(16), nullable=True))
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("thought_seconds", sa.Float(), nullable=True))
        messages.add_column(sa.Column("asked", sa.Text(), nullable=True))
        messages.add_column(sa.Column("timings", sa.Text(), nullable=True))
    _create_images()
    _create_shares()


def downgrade() -> None:
    op.drop_table("shares")
    op.drop_table("images")
    with op.batch_alter_table("messages") as messages:
        for name in ("timings", "asked", "thought_seconds"):
            messages.drop_column(name)
    with op.batch_alter_table("conversations") as conversations:
        for name in ("reasoning", "max_tokens", "temperature", "instructions", "model", "deleted_at", "pinned_at"):
            conversations.drop_column(name)


def _create_images() -> None:
    op.create_table(
        "images",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("visitor", sa.String(36), nullable=False),
        sa.Column("conversation_id", sa.String(36), nullable=True),
        sa.Column("message_id", sa.String(36), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(32), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_images_conversation_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_images_message_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_images"),
    )
    op.create_index("ix_images_conversation_id", "images", ["conversation_id"])
    op.create_index("ix_images_message_id", "images", ["message_id"])


def _create_shares() -> None:
    op.create_table(
        "shares",
        sa.Column("id", sa.String(43), nullable=False),
        sa.Column("visitor", sa.String(36), nullable=False),
        sa.Column("conversation_id", sa.String(36), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_shares_conversation_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shares"),
    )
    op.create_index("ix_shares_visitor_created_at", "shares", ["visitor", "created_at"])
    op.create_index("ix_shares_conversation_id", "shares", ["conversation_id"])
