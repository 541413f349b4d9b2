// Keeps a reader who is at the end of the transcript there while it grows, and lets go of one who moves up, or who has
// something in hand: a selection, or a button or a disclosure that has the focus.

const AT_THE_END = 24 // pixels

export class Following {
  #isOn = true
  #place = { top: 0, rest: 0 }
  #frame = null

  constructor(log, latest) {
    this.log = log
    this.latest = latest
    addEventListener("scroll", () => this.#scrolled(), { passive: true })
    log.addEventListener("focusin", ({ target }) => { if (target !== log) this.#letGo() })
    document.addEventListener("selectionchange", () => { if (this.#isSelecting) this.#letGo() })
  }

  // A link leads to the end of a conversation; after a reload, or on the way back, the browser knows the place.
  begin(hasPlace) {
    const [{ type } = {}] = performance.getEntriesByType("navigation")
    if (type === "navigate" && !location.hash && !hasPlace) scrollToEnd()
    this.#place = place()
    this.#isOn = this.#isAtTheEnd
  }

  // In the next frame, after all that comes until then. By that time the reader may have moved.
  grown() {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null
      if (this.#isOn) scrollToEnd()
      this.#look()
    })
  }

  showLatest() {
    this.#isOn = true
    scrollToEnd()
    this.#look()
  }

  // At once, before the page is painted: there is less room than there was.
  stay() {
    if (this.#isOn) scrollToEnd()
  }

  // Private

  // Up is where there is more below than before. What became shorter, or was kept in view by the browser, is no move.
  #scrolled() {
    const before = this.#place
    this.#place = place()
    if (this.#place.top < before.top && this.#place.rest > before.rest + 1) this.#letGo()
    else if (this.#place.top > before.top && this.#isAtTheEnd) this.#isOn = true
    this.#showSign()
  }

  #letGo() {
    this.#isOn = false
  }

  #look() {
    this.#place = place()
    this.#showSign()
  }

  #showSign() {
    this.latest.hidden = this.#isOn || this.#isAtTheEnd
  }

  get #isAtTheEnd() { return this.#place.rest <= AT_THE_END }

  get #isSelecting() {
    const { isCollapsed, anchorNode } = getSelection()
    return !isCollapsed && this.log.contains(anchorNode)
  }
}

// How far down the window is, and how much there is below it.
function place() {
  return { top: scrollY, rest: document.documentElement.scrollHeight - innerHeight - scrollY }
}

function scrollToEnd() {
  scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" })
}
