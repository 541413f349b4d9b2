"""How Alembic reaches the database: by the connection that parley.schema hands it."""

from alembic import context

from parley.tables import metadata


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """The search index is no table of the code's: a migration made it, and triggers keep it."""
    return not (kind == "table" and name and name.startswith("passages"))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_name=is_ours,
    render_as_batch=True,  # SQLite can't alter a column in place
)
with context.begin_transaction():
    context.run_migrations()
