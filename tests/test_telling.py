"""What readers of an answer are told comes to the same, whenever they look."""

import random

import pytest

from parley.answers.telling import Telling
from parley.event_stream import Event, Notice, Reasoning
from parley.markdown import Append, Block, apply_append, whole

# Text that is often read differently once more of it is there: links defined later, underlines, fences, quotes.
TURNING = """A paragraph
of two [link] lines.

- [x] a
- b

  more

> q
> > qq

[link]: https://example.org

<b>Not</b>
===

```
no
```

word words and more words here

| a | b |
|---|---|
| 1 | 2 |

The end of it all"""


class Reader:
    """Does with each event what docs/stream.md says, and remembers how much has been heard."""

    def __init__(self, telling: Telling) -> None:
        self.telling = telling
        self.seen = len(telling)
        self.blocks: list[str] = []
        self.hear(telling.so_far())

    @property
    def html(self) -> str:
        return "".join(self.blocks)

    def look(self) -> None:
        events, self.seen = self.telling.since(self.seen), len(self.telling)
        self.hear(events)

    def hear(self, events: list[Event]) -> None:
        for event in events:
            match event:
                case Block(index, html):
                    self.blocks[index : index + 1] = [html]
                case Append(text):
                    last = max(index for index, html in enumerate(self.blocks) if html)
                    self.blocks[last] = apply_append(self.blocks[last], text)


@pytest.mark.parametrize("seed", range(300))
def test_readers_who_look_at_any_time_end_with_the_same(seed: int) -> None:
    chance = random.Random(seed)
    telling = Telling()
    readers = [Reader(telling)]
    rest = TURNING
    while rest:
        length = chance.randint(1, 12)
        telling.write(rest[:length])
        rest = rest[length:]
        for reader in readers:
            if chance.random() < 0.4:
                reader.look()
        if chance.random() < 0.05:
            readers.append(Reader(telling))
    telling.finish()
    for reader in readers:
        reader.look()
        assert reader.html == whole(TURNING)


def test_a_reader_who_looks_rarely_hears_of_each_block_once() -> None:
    telling = Telling()
    for piece in ("One", " and", " two", "\n\nthr", "ee", "\n\n"):
        telling.write(piece)
    assert telling.since(0) == [Block(0, "<p>One and two</p>"), Block(1, "<p>three</p>")]


def test_words_that_only_go_on_are_told_as_one_text() -> None:
    telling = Telling()
    telling.write("One")
    seen = len(telling)
    telling.write(" and")
    telling.write(" two")
    assert telling.since(seen) == [Append(" and two")]


def test_thoughts_and_notices_come_before_the_words() -> None:
    telling = Telling()
    telling.think("Hm, ")
    telling.think("well.")
    telling.write("Yes")
    telling.note("A notice.")
    assert telling.so_far() == [Reasoning("Hm, well."), Notice("A notice."), Block(0, "<p>Yes</p>")]
    assert telling.since(0) == [Reasoning("Hm, "), Reasoning("well."), Notice("A notice."), Block(0, "<p>Yes</p>")]
