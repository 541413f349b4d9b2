"""What was said can be searched, what is pinned is found at once, and so is what is to be removed.

A message is in the index unless its answer is running: the text of a running answer is written again and again, and the
index would be too. The index is no table of parley/database.py: triggers keep it, parley/archive/searching.py asks it.
A later migration that rebuilds `messages` on SQLite has to make the triggers anew; to add a column does not rebuild it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SQLITE = [
    """
    CREATE VIRTUAL TABLE passages USING fts5 (
        text, content = 'messages', content_rowid = 'number', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
    )
    """,
    """
    CREATE TRIGGER passages_after_insert AFTER INSERT ON messages
    WHEN new.state <> 'running'
    BEGIN
        INSERT INTO passages (rowid, text) VALUES (new.number, new.text);
    END
    """,
    """
    CREATE TRIGGER passages_after_update AFTER UPDATE OF text, state ON messages
    WHEN (old.state = 'running') <> (new.state = 'running') OR (new.state <> 'running' AND old.text <> new.text)
    BEGIN
        INSERT INTO passages (passages, rowid, text) SELECT 'delete', old.number, old.text WHERE old.state <> 'running';
        INSERT INTO passages (rowid, text) SELECT new.number, new.text WHERE new.state <> 'running';
    END
    """,
    """
    CREATE TRIGGER passages_after_delete AFTER DELETE ON messages
    WHEN old.state <> 'running'
    BEGIN
        INSERT INTO passages (passages, rowid, text) VALUES ('delete', old.number, old.text);
    END
    """,
    "INSERT INTO passages (rowid, text) SELECT number, text FROM messages WHERE state <> 'running'",
]

# A table of its own, so that `messages` has no index on what changes while an answer runs. PostgreSQL has no accents to
# ignore without an extension, but it can take them off. Its parser would make one word of an address or a path, so
# punctuation goes before; and a vector may take up no more than 1 MB, which 200,000 characters of four bytes don't.
POSTGRESQL = [
    """
    CREATE TABLE passages (
        message INTEGER CONSTRAINT pk_passages PRIMARY KEY
            CONSTRAINT fk_passages_message REFERENCES messages (number) ON DELETE CASCADE,
        words TSVECTOR NOT NULL
    )
    """,
    r"""
    CREATE FUNCTION words_of_passage(said TEXT) RETURNS TSVECTOR LANGUAGE sql IMMUTABLE AS $$
        SELECT to_tsvector('simple', left(normalize(regexp_replace(
            normalize(regexp_replace(left(said, 200000), '[!-/:-@\[-`{-~]', ' ', 'g'), NFD),
            '[\u0300-\u036f]', '', 'g'), NFC), 200000))
    $$
    """,
    """
    CREATE FUNCTION keep_passage() RETURNS TRIGGER LANGUAGE plpgsql AS $$
    BEGIN
        IF new.state = 'running' THEN
            DELETE FROM passages WHERE message = new.number;
        ELSE
            INSERT INTO passages (message, words) VALUES (new.number, words_of_passage(new.text))
            ON CONFLICT (message) DO UPDATE SET words = excluded.words;
        END IF;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE TRIGGER passages_after_insert AFTER INSERT ON messages FOR EACH ROW
    WHEN (new.state <> 'running') EXECUTE FUNCTION keep_passage()
    """,
    """
    CREATE TRIGGER passages_after_update AFTER UPDATE OF text, state ON messages FOR EACH ROW
    WHEN ((old.state = 'running') <> (new.state = 'running') OR (new.state <> 'running' AND old.text <> new.text))
    EXECUTE FUNCTION keep_passage()
    """,
    """
    INSERT INTO passages (message, words)
    SELECT number, words_of_passage(text) FROM messages WHERE state <> 'running'
    """,
    "CREATE INDEX ix_passages_words ON passages USING gin (words)",
]

TRIGGERS = ("passages_after_insert", "passages_after_update")


def upgrade() -> None:
    is_pinned, is_deleted = sa.text("pinned_at IS NOT NULL"), sa.text("deleted_at IS NOT NULL")
    op.create_index(
        "ix_conversations_visitor_pinned_at",
        "conversations",
        ["visitor", "pinned_at"],
        sqlite_where=is_pinned,
        postgresql_where=is_pinned,
    )
    op.create_index(
        "ix_conversations_deleted_at",
        "conversations",
        ["deleted_at"],
        sqlite_where=is_deleted,
        postgresql_where=is_deleted,
    )
    for statement in POSTGRESQL if _is_postgresql() else SQLITE:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    triggers = TRIGGERS if _is_postgresql() else (*TRIGGERS, "passages_after_delete")
    for trigger in triggers:
        op.execute(f"DROP TRIGGER {trigger}{' ON messages' if _is_postgresql() else ''}")
    op.execute("DROP TABLE passages")
    if _is_postgresql():
        op.execute("DROP FUNCTION keep_passage(), words_of_passage(TEXT)")
    op.drop_index("ix_conversations_deleted_at", "conversations")
    op.drop_index("ix_conversations_visitor_pinned_at", "conversations")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
