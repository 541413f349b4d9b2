"""The environment, which notes what it was asked for: what is set and never asked for may be misspelt."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

RESEMBLANCE = 0.86  # of two names, from 0 to 1: a letter too many, or two that changed places


class Environment(Mapping[str, str]):
    """Variables by their names."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self._asked.add(name)
        return self._variables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)

    def misspelt(self, known: Iterable[str] = ()) -> tuple[tuple[str, str], ...]:
        """What nobody asked for though it is set, each with the name that it looks like: of what was asked, or known.

        Nothing is said of a name that is set besides.
        """
        unset = {name for name in {*self._asked, *known} if not self._variables.get(name)}
        strangers = sorted(name for name in self._variables if self._variables[name] and name not in self._asked)
        found = ((name, get_close_matches(name, unset, 1, RESEMBLANCE)) for name in strangers)
        return tuple((name, names[0]) for name, names in found if names)
