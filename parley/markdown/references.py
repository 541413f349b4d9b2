"""Links that are defined elsewhere in the text: `[words][label]` here, `[label]: https://…` there, in either order."""

from collections import defaultdict
from typing import Any

import pyromark
from pyromark.event import BrokenLink

from parley.markdown.formulas import unmask
from parley.markdown.grammar import OPTIONS

# A block is shown again when a label it uses is defined, but not for more labels than this.
MOST_LABELS = 50

_BY_LABEL = {"Reference", "Collapsed", "Shortcut"}

Target = tuple[str, str]


class References:
    """The definitions so far, and who waits for one."""

    def __init__(self) -> None:
        self._targets: dict[str, Target] = {}
        self._waiting: dict[str, list[int]] = defaultdict(list)

    def target(self, label: str) -> Target | None:
        return self._targets.get(_normalised(label))

    def target_of(self, link: Any) -> Target:
        """The first definition of a label holds, even where a later one stands next to the link."""
        target = self.target(link["id"]) if link["link_type"] in _BY_LABEL else None
        address, title = target or (unmask(link["dest_url"]), unmask(link["title"]))
        return ("mailto:" + address, "") if link["link_type"] == "Email" else (address, title)

    def define(self, source: str) -> list[int]:
        """Learn the definitions in a piece of text. The blocks that waited for them are to be shown again."""
        if "]:" not in source:
            return []
        blocks = []
        for label, link in pyromark.reference_definitions(source, options=OPTIONS).items():
            blocks += self._learn(_normalised(label), (unmask(link["dest"]), unmask(link["title"] or "")))
        return blocks

    def wait(self, labels: dict[str, None], block: int) -> None:
        for label in list(labels)[:MOST_LABELS]:
            self._waiting[label].append(block)

    def _learn(self, label: str, target: Target) -> list[int]:
        """The first definition of a label holds."""
        if label in self._targets:
            return []
        self._targets[label] = target
        return self._waiting.pop(label, [])


class Resolver:
    """Answers the parser's questions about labels, and remembers those without an answer."""

    def __init__(self, references: References) -> None:
        self._references = references
        self.unknown: dict[str, None] = {}

    def __call__(self, link: BrokenLink) -> Target | None:
        target = self._references.target(link["reference"])
        if target is None:
            self.unknown[_normalised(link["reference"])] = None
        return target


def _normalised(label: str) -> str:
    return " ".join(label.split()).casefold()
