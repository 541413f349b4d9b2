"""A list of conversations under the days on which something was said there last. Days are those of UTC."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from parley.conversation.tree import Heading

ORDER = PINNED, TODAY, YESTERDAY, WEEK, OLDER = "Pinned", "Today", "Yesterday", "Previous 7 days", "Older"


@dataclass(frozen=True)
class Group:
    """Some conversations of a list, under one name."""

    name: str
    headings: tuple[Heading, ...]


def by_day(headings: Iterable[Heading], today: date) -> tuple[Group, ...]:
    """Headings in groups, each in the order in which they come. Today is there even where it is empty."""
    groups: dict[str, list[Heading]] = {name: [] for name in ORDER}
    for heading in headings:
        groups[_name(heading, today)].append(heading)
    return tuple(Group(name, tuple(members)) for name, members in groups.items() if members or name == TODAY)


def _name(heading: Heading, today: date) -> str:
    if heading.is_pinned:
        return PINNED
    days = (today - heading.at.date()).days
    return TODAY if days < 1 else YESTERDAY if days == 1 else WEEK if days <= 7 else OLDER
