"""Take the screenshots of the README: python -m docs.screenshots.take

It starts the app and a model's service that says what is set down here, has a conversation, and ends them again.
"""

import re
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, expect, sync_playwright

from tests import processes
from tests.browser.visitor import Visitor
from tests.browsers import CHROMIUM, QUIETLY
from tests.upstream import Upstream

HERE = Path(__file__).parent
EARLIER = ["Plan a weekend in Ghent", "What is a monad, really?", "A letter to my landlord", "Names for a grey cat"]
QUESTION = "How do I stream an answer while it is being written?"
ANSWER = """\
Return a *generator* instead of a string. Flask sends each piece as soon as you yield it:

```python
@app.get("/answer")
def answer():
    def pieces():
        for word in model.ask("Why is the sky blue?"):
            yield f"data: {word}\\n\\n"
    return Response(pieces(), mimetype="text/event-stream")
```

Two things decide whether a reader sees it live:

| What | Why |
|---|---|
| `X-Accel-Buffering: no` | a proxy would wait for a full buffer |
| a comment every 15 s | a router hangs up on a silent line |

The first word then comes after \\(t = t_{network} + t_{model}\\), however long the answer is.
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, Upstream() as upstream, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
        with processes.app(Path(folder), upstream.env) as app:
            take(browser, app.url, upstream, "light")
            take(browser, app.url, upstream, "dark")
        browser.close()


def take(browser: Browser, url: str, upstream: Upstream, scheme: Literal["light", "dark"]) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    visitor = Visitor(context, url)
    for title in EARLIER:
        upstream.says("Gladly.")
        visitor.open()
        visitor.say_and_wait(title)
    upstream.says(*re.findall(r"\s*\S+|\s+$", ANSWER), pause=0.01, usage=(31, 214))
    visitor.open()
    visitor.say_and_wait(QUESTION)
    expect(visitor.answer.locator("math")).to_be_visible()
    visitor.page.screenshot(path=HERE / f"conversation-{scheme}.png")
    context.close()


if __name__ == "__main__":
    main()
