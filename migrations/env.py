"""How Alembic reaches the database: by the connection that parley.schema hands it."""

from alembic import context

from parley.database import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite can't alter a column in place
)
with context.begin_transaction():
    context.run_migrations()
