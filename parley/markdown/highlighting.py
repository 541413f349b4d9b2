"""Code as it is shown: labelled with its language and, once it is finished, in colour."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import groupby, islice
from time import thread_time

from pygments.lexer import Lexer
from pygments.lexers import find_lexer_class, get_all_lexers
from pygments.token import STANDARD_TYPES, _TokenType

from parley.markdown.escaping import escaped, quoted
from parley.markdown.formulas import unmask
from parley.markdown.turns import A_FEW, give_way, in_turns

# Longer code is shown without colours: a lexer needs about a millisecond for a thousand characters.
LONGEST = 16_000

# Many lexers need the square of that for lines that no one reads, or for hundreds of empty ones.
_UNREADABLE = re.compile(r"[^\n]{1000}|\n{50}")

# A few do so for code that looks like any other. Ten times what it should take is no longer a matter of luck.
MOST_SECONDS = 0.3

# Most of any code is of these kinds, and they have the colour of text.
_UNCOLOURED = {"w", "n", "nn", "nx", "p", "pm", "esc", "x", "g", "err"}

# Where static/js/copy.js puts a button. It's nothing to whoever reads the code without our script.
COPY = "<parley-copy></parley-copy>"

_NAME = re.compile(r"[^\s`,{]*")
_UNSPEAKABLE = re.compile(r"[^\w+#.-]+")

_Coloured = tuple[_TokenType, str]
Showing = Callable[[str, str], str]


def language_of(info: str) -> str:
    """The name of a language as it stands after a fence, where more may follow it."""
    found = _NAME.match(unmask(info).strip())
    return found[0] if found else ""


def plain(code: str, language: str) -> str:
    """Code that may still grow."""
    return _figure(escaped(code), language)


def highlighted(code: str, language: str) -> str:
    """Code that is finished."""
    lexer = _lexer(language) if _can_be_read(code) else None
    return _figure(_coloured(code, lexer), language) if lexer else plain(code, language)


def _figure(html: str, language: str) -> str:
    if not language:
        return f'<figure class="code">{COPY}<pre tabindex="0"><code>{html}</code></pre></figure>'
    caption = f"<figcaption>{escaped(language)}</figcaption>"
    name = quoted("language-" + _UNSPEAKABLE.sub("-", language))
    return f'<figure class="code">{caption}{COPY}<pre tabindex="0"><code class={name}>{html}</code></pre></figure>'


def _can_be_read(code: str) -> bool:
    return len(code) <= LONGEST and not _UNREADABLE.search(code)


def _lexer(language: str) -> Lexer | None:
    name = _lexers().get(language.lower())
    lexer = find_lexer_class(name) if name else None
    return lexer(stripnl=False, ensurenl=False) if lexer else None


@cache
def _lexers() -> dict[str, str]:
    """The names of lexers by those of languages, the first of each as in Pygments.

    Its own search takes 0.05 ms each time, and 220 the first time that there is none: it looks for plugins as well.
    """
    pairs = [(alias, name) for name, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases]
    return dict(reversed(pairs))


def _coloured(code: str, lexer: Lexer) -> str:
    """The code in colours, provided that it is still the same code and that its lexer can bear it."""
    try:
        tokens = list(_in_time(lexer.get_tokens(code)))
    except Exception:  # noqa: BLE001 - five hundred lexers of other people's, and code without colours is still code
        return escaped(code)
    return _spans(tokens) if "".join(value for _, value in tokens) == code else escaped(code)


def _in_time(tokens: Iterator[_Coloured]) -> Iterator[_Coloured]:
    """The tokens as far as they come in time, which is then not all of the code. The time of others doesn't count."""
    left = MOST_SECONDS
    while left > 0:
        began = thread_time()
        some = list(islice(tokens, A_FEW))
        left -= thread_time() - began
        if not some:
            return
        yield from some
        give_way()


def _spans(tokens: list[_Coloured]) -> str:
    """Neighbours of one colour share an element; plain text has none."""
    parts = []
    for colour, group in groupby(in_turns(tokens), key=lambda token: _colour(token[0])):
        text = escaped("".join(value for _, value in group))
        parts.append(f'<span class="{colour}">{text}</span>' if colour else text)
    return "".join(parts)


def _colour(kind: _TokenType) -> str:
    """The short name Pygments has for a kind of token, or for the kind that it belongs to."""
    name = STANDARD_TYPES.get(kind)
    while name is None and kind.parent is not None:
        kind = kind.parent
        name = STANDARD_TYPES.get(kind)
    return "" if name is None or name in _UNCOLOURED else name
