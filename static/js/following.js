// Keeps a reader who is at the end of the transcript there while it grows, and lets go of one who moves up.

const AT_THE_END = 24 // pixels: less than one turn of a wheel, so that any move upwards lets go

export class Following {
  #isOn = true
  #scrolledTo = 0
  #frame = null

  constructor(latest) {
    this.latest = latest
    addEventListener("scroll", () => this.#scrolled(), { passive: true })
  }

  // A link leads to the end of a conversation; after a reload, or on the way back, the browser knows the place.
  begin(hasMessages) {
    const [{ type } = {}] = performance.getEntriesByType("navigation")
    if (type === "navigate" && !location.hash && hasMessages) scrollToEnd()
    else this.#isOn = isAtTheEnd()
    this.#scrolledTo = scrollY
  }

  grown() {
    if (!this.#isOn) return

    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null
      scrollToEnd()
    })
  }

  showLatest() {
    this.#isOn = true
    this.latest.hidden = true
    scrollToEnd()
  }

  // At once, before the page is painted: there is less room than there was.
  stay() {
    if (this.#isOn) scrollToEnd()
  }

  // Private

  #scrolled() {
    if (isAtTheEnd()) this.#isOn = true
    else if (scrollY < this.#scrolledTo) this.#isOn = false
    this.#scrolledTo = scrollY
    this.latest.hidden = this.#isOn
  }
}

function isAtTheEnd() {
  return scrollY + innerHeight >= document.documentElement.scrollHeight - AT_THE_END
}

function scrollToEnd() {
  scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" })
}
