// <parley-countdown seconds="20"> tells how long it is until one can retry, and holds the buttons beside it back till then.

export class Countdown extends HTMLElement {
  #end = null
  #timer = null

  connectedCallback() {
    this.#end ??= Date.now() + 1000 * this.getAttribute("seconds")
    this.#timer = setInterval(() => this.#tick(), 250)
    this.#tick()
  }

  disconnectedCallback() {
    clearInterval(this.#timer)
  }

  // Private

  // By the clock: while a phone sleeps nothing ticks, and time passes all the same.
  #tick() {
    const seconds = Math.ceil((this.#end - Date.now()) / 1000)
    const words = seconds > 0 ? `You can retry in ${span(seconds)}.` : "You can retry now."
    if (this.textContent !== words) this.textContent = words
    for (const button of this.#buttons) button.disabled = seconds > 0
    if (seconds <= 0) clearInterval(this.#timer)
  }

  get #buttons() { return this.closest("[data-foot]")?.querySelectorAll("[data-again] button") ?? [] }
}

export function span(seconds) {
  if (seconds < 120) return `${seconds} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}
