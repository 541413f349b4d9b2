"""Texts that models write, and texts to be afraid of."""

ANSWER = r"""# Sorting in Python

Python's built-in `sorted` is **Timsort**, a *stable* sort
(see [the docs](https://docs.python.org/3/howto/sorting.html "How to")).
It needs \(O(n \log n)\) comparisons, and its worst case is

\[
T(n) = 2 T\left(\frac{n}{2}\right)
- n + 1
\]

1. **Sort a list** with `sorted`:

   ```python
   sorted([3, 1, 2])
   ```

2. Sort by a key:
   - a function
   - an attribute, e.g. `key=attrgetter("name")`
3. Reverse it.

| Function | Returns | Stable |
|----------|:-------:|-------:|
| `sorted` | a list  | yes |
| `list.sort` | `None` | ~~no~~ yes |

```python
def by_length(words: list[str]) -> list[str]:
    return sorted(words, key=len)  # "a" < "bb"
```

- [x] read
- [ ] understand

> Note that
lazy lines go on.
>
> - and lists <b>too</b>

Setext
------

What [this][one] and [that] mean is said below & elsewhere: https://example.org/a_(b). Done…

***

[one]: https://example.org/one "Title"
[that]: https://example.org/that
"""

SNIPPETS = [
    *(
        "# Title",
        "some *em* and **bold** text",
        "## Part",
        "#### Detail",
        "- item",
        "- ",
        "1. first",
        "2. second",
        "   more",
        "    code",
    ),
    *("```", "```py", "~~~", "print(1)", "> quote", "> > deep", "| a | b |", "|---|:-:|", "| 1 | 2 |", "---", "==="),
    *("$$", r"\[", r"\]", r"\(x\)", "x^2", "$$ a $$", "`$$`", "[foo]: https://x.y", "[foo]: https://z.w 'T'", "[foo]"),
    *("[a][foo]", "<div>", "</div>", "<!-- x", "-->", "https://u.v/w_x", "<https://a.b>", '[l](https://a.b "t")'),
    *("![i](http://c.d)", "- [ ] to do", "- [x] done", "&amp; &lt", "a\\", "b  ", "`c`", "``", "~~s~~", "**", "_a_"),
    *("'T'", '"T', "1", "10", "3.", "\té\u00a0ü", "日本語", "\x00\r", "\x85x\u2028y", "<br>", "  - nested", "> ```"),
    *("   $$", "+ a", "1) c", "&#13;", "&#1;x", "\ud83d", "[x]:", "[foo]:\n  https://q.r", "word, word. (word)"),
]
