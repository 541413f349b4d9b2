"""An answer with everything that Markdown has, as long as one asks for."""

import re
from itertools import count

SECTION = """\
## Part {n}: what there is to know

A server can send an answer *while it is being written*, and **{n} times** as many readers see it. What `part_{n}` \
does is explained [elsewhere](https://example.org/{n}), and none of it takes longer than a word, however long the \
answer is by then. The rest of this paragraph is there to be read, since most of an answer is prose and most of what \
a page does is to put one word after another.

1. **Flush** each piece as soon as it is there.
2. Keep the connection alive with a comment now and then:
   - one at once,
   - one after each {n} seconds.
3. Notice when the reader has left.

```python
def part_{n}(response: Response) -> Iterator[bytes]:
    \"\"\"The pieces of part {n}, each as soon as it has come.\"\"\"
    while piece := response.read1(65536):
        yield piece.removeprefix(b"{n}")  # as it came
```

| framing | ends with | part |
|---|---|--:|
| chunked | a chunk of length zero | {n} |
| length | the last byte | {n} |
| close | the connection | {n} |

The time to the first word is what a reader feels: \\(t_{{{n}}} = t_{{net}} + t_{{model}}\\), and in all

\\[ T = \\sum_{{i=1}}^{{{n}}} \\frac{{t_i}}{{1 + \\sqrt{{i}}}} \\]

> Nobody reads faster than {n} words in a second.

"""


def essay(length: int) -> str:
    """So many characters, the last of them in the middle of something."""
    text = ""
    for number in count(1):
        text += SECTION.format(n=number)
        if len(text) >= length:
            return text[:length].rstrip() + "."
    raise AssertionError


def pieces(text: str) -> list[str]:
    """As a model says it: a few characters at a time."""
    return re.findall(r"[\s\S]{1,5}", text)
