"""The tables. A change of them is a migration as well: CONTRIBUTING.md says how."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("visitor", String(36), nullable=False),
    Column("title", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Column("pinned_at", DateTime(timezone=True)),
    Column("deleted_at", DateTime(timezone=True)),  # for a minute it can be brought back; then it is gone
    Column("model", Text),
    Column("instructions", Text, nullable=False, default="", server_default=""),
    Column("temperature", Float),
    Column("max_tokens", Integer),
    Column("reasoning", String(16)),
    Index("ix_conversations_visitor_updated_at", "visitor", "updated_at"),
    Index("ix_conversations_updated_at", "updated_at"),
)
_pinned, _deleted = conversations.c.pinned_at.is_not(None), conversations.c.deleted_at.is_not(None)
Index(
    "ix_conversations_visitor_pinned_at",
    conversations.c.visitor,
    conversations.c.pinned_at,
    sqlite_where=_pinned,
    postgresql_where=_pinned,
)
Index("ix_conversations_deleted_at", conversations.c.deleted_at, sqlite_where=_deleted, postgresql_where=_deleted)

messages = Table(
    "messages",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),  # the order in which things were said
    Column("id", String(36), nullable=False, unique=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("parent_id", ForeignKey("messages.id", ondelete="CASCADE")),
    Column("turn", String(36)),  # the id that a form carries, so that sending it twice says it once
    Column("role", String(16), nullable=False),
    Column("text", Text, nullable=False, default=""),
    Column("reasoning", Text, nullable=False, default=""),
    Column("state", String(16), nullable=False),
    Column("model", Text),
    Column("prompt_tokens", Integer),
    Column("completion_tokens", Integer),
    Column("seconds", Float),
    Column("thought_seconds", Float),  # how much of them went into reasoning
    Column("asked", Text),  # how the model was asked, as JSON, but for the words of the messages that it was sent
    Column("timings", Text),  # what happened when, as JSON
    Column("error", Text),
    Column("notice", Text),
    Column("retry_at", DateTime(timezone=True)),  # before then the model's service won't be asked again
    Column("attempt", Integer, nullable=False, default=0, server_default="0"),  # how often it was begun anew
    Column("stop_requested", Boolean, nullable=False, default=False),
    Column("heartbeat_at", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("conversation_id", "turn"),
    Index("ix_messages_parent_id", "parent_id"),
)

renderings = Table(  # the HTML of finished answers, which can be made again
    "renderings",
    metadata,
    Column("message_id", ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("imprint", String(32), nullable=False),  # of the text that it was made of, and of what made it
    Column("blocks", Text, nullable=False),  # as JSON
)

images = Table(
    "images",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("visitor", String(36), nullable=False),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE")),
    Column("message_id", ForeignKey("messages.id", ondelete="CASCADE")),  # none while its message is still written
    Column("position", Integer, nullable=False, default=0),
    Column("media_type", String(32), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("alt", Text, nullable=False, default=""),
    Column("bytes", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index("ix_images_conversation_id", "conversation_id"),
    Index("ix_images_message_id", "message_id"),
)

shares = Table(
    "shares",
    metadata,
    Column("id", String(43), primary_key=True),  # unguessable: whoever knows it may read
    Column("visitor", String(36), nullable=False),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("title", Text, nullable=False),
    Column("snapshot", Text, nullable=False),  # what was said when it was shared, as JSON
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index("ix_shares_visitor_created_at", "visitor", "created_at"),
    Index("ix_shares_conversation_id", "conversation_id"),
)

counters = Table(
    "counters",
    metadata,
    Column("key", String(255), primary_key=True),  # what is counted, and of whom
    Column("count", Integer, nullable=False),
    Column("ends_at", Float, nullable=False),  # in seconds since 1970, as the library `limits` has it
    Index("ix_counters_ends_at", "ends_at"),
)

ledger = Table(  # each call to a model, and no word of it: it stays when the conversation is deleted
    "ledger",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("answer_id", String(36)),  # none where nothing is kept of it
    Column("attempt", Integer, nullable=False, default=0),
    Column("day", Date, nullable=False),  # that it counts for, by UTC
    Column("began_at", DateTime(timezone=True), nullable=False),
    Column("model", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("failure", String(32)),
    Column("prompt_tokens", Integer, nullable=False),
    Column("completion_tokens", Integer, nullable=False),
    Column("is_estimated", Boolean, nullable=False),  # whether these two are
    Column("most_prompt", Integer, nullable=False),
    Column("most_answer", Integer, nullable=False),  # what was set aside is the sum of these two
    Column("charged", Integer),  # what it counts for in the end; while it runs that is what was set aside
    Column("first_token", Integer),  # milliseconds
    Column("seconds", Float),
    Index("ix_ledger_day_model", "day", "model"),
)
_runs = ledger.c.charged.is_(None)
Index("ix_ledger_running", ledger.c.began_at, sqlite_where=_runs, postgresql_where=_runs)

allowances = Table(  # what all calls of a day count for, so that nobody has to add them up
    "allowances",
    metadata,
    Column("day", Date, primary_key=True),
    Column("spent", BigInteger, nullable=False),
    Column("reserved", BigInteger, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("note", Text, nullable=False),  # whom the operator had in mind
    Column("messages", Integer, nullable=False),  # that all who are invited by it may send together
    Column("used", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
)
