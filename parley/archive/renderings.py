"""The HTML of finished answers, which is rendered once. What it was made of, and by what, stands beside it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Select, String, Text, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from parley.conversation import State
from parley.database import Database
from parley.markdown import imprint
from parley.tables import messages, renderings

COLUMNS = ("message_id", "imprint", "blocks")


@dataclass(frozen=True)
class Rendering:
    """The HTML of an answer, and of which words it is."""

    message: str
    text: str
    blocks: Sequence[str]


_found = (
    select(renderings.c.imprint, renderings.c.blocks)
    .join(messages, messages.c.id == renderings.c.message_id)
    .where(
        messages.c.conversation_id == bindparam("conversation"),
        renderings.c.imprint.in_(bindparam("imprints", expanding=True)),
    )
)

_answers = select(messages.c.id, messages.c.text).where(
    messages.c.conversation_id == bindparam("conversation"),
    messages.c.role == "assistant",
    messages.c.state != State.RUNNING,
)

# A message may be gone by now, or on its way: nothing is written beneath it then, and it is not waited for.
_if_it_is_there: Select[Any] = (
    select(messages.c.id, bindparam("imprint", type_=String), bindparam("blocks", type_=Text))
    .where(messages.c.id == bindparam("message"))
    .with_for_update(read=True, key_share=True, skip_locked=True)
)


def _replacing(insert: Any) -> Any:
    put = insert.from_select(COLUMNS, _if_it_is_there)
    changed = {name: put.excluded[name] for name in COLUMNS[1:]}
    return put.on_conflict_do_update(index_elements=["message_id"], set_=changed)


_put = {
    "postgresql": _replacing(postgresql.insert(renderings)),
    "sqlite": _replacing(sqlite.insert(renderings)),
}


class Renderings:
    """Two questions: what there is of a conversation, and to keep what was not there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, conversation: str, imprints: Iterable[str]) -> dict[str, list[str]]:
        """What is kept with these imprints, for whoever was already allowed to read the conversation."""
        asked = {"conversation": conversation, "imprints": list(imprints)}
        with self._database.reading() as connection:
            return {row.imprint: orjson.loads(row.blocks) for row in connection.execute(_found, asked)}

    def keep(self, conversation: str, made: Mapping[str, Sequence[str]]) -> None:
        """Keep what was made of the words of a conversation, unless others write for long: it can be made again."""
        with self._database.writing_at_once() as connection:
            rows = connection.execute(_answers, {"conversation": conversation})
            write(connection, [Rendering(row.id, row.text, made[row.text]) for row in rows if row.text in made])


def write(connection: Connection, made: Sequence[Rendering]) -> None:
    """Put them in the place of what was there. All go by the same order, so that no two wait for each other."""
    if made:
        rows = [_row(one) for one in sorted(made, key=lambda one: one.message)]
        connection.execute(_put[connection.dialect.name], rows)


def _row(made: Rendering) -> dict[str, str]:
    return {"message": made.message, "imprint": imprint(made.text), "blocks": orjson.dumps(made.blocks).decode()}
