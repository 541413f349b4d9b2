"""What a browser itself says of how smoothly a page changes: what moves, how long it works, when one sees the end."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

# Noted from the first moment of a page on. `shown` is when the frame with the last change was on its way to the screen.
NOTING = """
(() => {
  const noted = { shifts: [], tasks: [], frames: [], shown: 0, removed: 0 }
  const note = (type, add) => {
    new PerformanceObserver(list => list.getEntries().forEach(add)).observe({ type, buffered: true })
  }
  const painted = new MessageChannel()
  painted.port1.onmessage = () => { noted.shown = performance.now() }
  const log = node => node.parentElement?.closest("[role=log]")

  note("layout-shift", entry => noted.shifts.push(entry.value))
  note("longtask", entry => noted.tasks.push(entry.duration))
  note("long-animation-frame", entry => noted.frames.push(entry.duration))
  new MutationObserver(changes => {
    const inLog = changes.filter(({ target }) => target.closest?.("[role=log]") ?? log(target))
    if (inLog.length) requestAnimationFrame(() => painted.port2.postMessage(null))
    for (const { removedNodes } of inLog) {
      for (const node of removedNodes) noted.removed += 1 + (node.querySelectorAll?.("*").length ?? 0)
    }
  }).observe(document, { childList: true, characterData: true, subtree: true })
  window.noted = noted
})()
"""

ANEW = """() => {
  Object.assign(noted, { shifts: [], tasks: [], frames: [], removed: 0 })
  noted.ended = new Promise(resolve => {
    document.addEventListener("parley:answered", () => setTimeout(resolve, 300)) // by then it is shown
  })
}"""

NOTED = """async () => {
  await noted.ended
  const streams = performance.getEntriesByType("resource").filter(({ initiatorType, name }) =>
    initiatorType === "fetch" && /turns|events|retry|continue/.test(name))
  return { ...noted, heard: Math.max(0, ...streams.map(one => one.responseEnd)) }
}"""

WORK = ("TaskDuration", "ScriptDuration", "RecalcStyleDuration", "LayoutDuration")


@dataclass(frozen=True)
class Smoothness:
    """Of a page since it was opened. Times are in milliseconds, work is that of its main thread."""

    shift: float
    long_tasks: list[float]
    long_frames: list[float]
    removed: int
    late: float
    work: float
    scripts: float
    styles: float
    layout: float


class Gauge:
    """Watches a page from its next document on."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._session = page.context.new_cdp_session(page)
        self._session.send("Performance.enable", {"timeDomain": "threadTicks"})
        self._before: dict[str, float] = {}
        page.add_init_script(NOTING)

    def begin(self) -> None:
        """Leave out what there was till now, and wait for the end of the next answer."""
        self._page.evaluate(ANEW)
        self._before = self._metrics()

    def read(self) -> Smoothness:
        """Wait until the answer has ended, and say how it went. To look at the page again and again would be work."""
        noted: dict[str, Any] = self._page.evaluate(NOTED)
        after = self._metrics()
        work, scripts, styles, layout = (1000 * (after[name] - self._before[name]) for name in WORK)
        return Smoothness(
            shift=sum(noted["shifts"]),
            long_tasks=noted["tasks"],
            long_frames=noted["frames"],
            removed=noted["removed"],
            late=noted["shown"] - noted["heard"],
            work=work,
            scripts=scripts,
            styles=styles,
            layout=layout,
        )

    def _metrics(self) -> dict[str, float]:
        metrics = self._session.send("Performance.getMetrics")["metrics"]
        return {one["name"]: one["value"] for one in metrics}
