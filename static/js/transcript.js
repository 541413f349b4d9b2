// <parley-transcript> wraps the messages and the composer. It puts answers in their places, comes back to one that
// was running when the page was loaded or when the line broke, and keeps a reader who is at the end there.
// Its events are listed in composer.js.

import { LiveAnswer } from "./answer.js"
import { fragment } from "./html.js"

const FIRST_PAUSE = 500 // milliseconds before the second attempt to reconnect; each further pause is twice as long
const LONGEST_PAUSE = 10_000
const UNREACHABLE = "The server can't be reached. Try again."
const AT_THE_END = 24 // pixels: less than one turn of a wheel, so that any move upwards lets go

export class Transcript extends HTMLElement {
  #isFollowing = true
  #scrolledTo = 0
  #frame = null

  connectedCallback() {
    document.addEventListener("parley:sent", this)
    addEventListener("scroll", this, { passive: true })
    for (const type of ["submit", "click"]) this.addEventListener(type, this)
    this.#showPlace()
    for (const article of this.querySelectorAll("[data-state=running]")) this.#watch(new LiveAnswer(this, article))
  }

  disconnectedCallback() {
    document.removeEventListener("parley:sent", this)
    removeEventListener("scroll", this)
  }

  handleEvent(event) {
    if (event.type === "parley:sent") this.#receive(event.detail.response, () => this.tell("parley:lost"))
    if (event.type === "scroll") this.#scrolled()
    if (event.type === "submit" && event.target.matches("[data-again]")) this.#retry(event)
    if (event.type === "click" && event.target.closest("[data-latest]")) this.#showLatest()
  }

  // For LiveAnswer

  // A retry brings its question along, which is there already, and takes the place of the answer beneath it.
  place({ question, html }) {
    const log = this.querySelector("[role=log]")
    const before = document.getElementById(`message-${question}`)
    if (log.contains(document.activeElement)) log.focus() // the button that asked for it goes
    while (before?.nextElementSibling) before.nextElementSibling.remove()
    before?.remove()
    log.append(fragment(html))
    this.#showLatest()
  }

  heard() {
    this.#showConnection("")
    if (this.#isFollowing) this.#frame ??= requestAnimationFrame(() => this.#scrollToEnd())
  }

  say(words) { this.querySelector("[data-status]").textContent = words }

  tell(type, detail) { document.dispatchEvent(new CustomEvent(type, { detail })) }

  // Private

  async #receive(response, lose) {
    const answer = new LiveAnswer(this)
    await answer.read(response)
    if (answer.hasStarted) await this.#watch(answer)
    else lose()
  }

  async #watch(answer) {
    let pause = 0
    while (!answer.hasEnded) {
      if (pause) this.#showConnection("Reconnecting")
      await untilOnlineOr(pause)
      pause = await answer.connect() ? FIRST_PAUSE : Math.min(2 * pause || FIRST_PAUSE, LONGEST_PAUSE)
    }
    if (!this.querySelector("[data-state=running]")) this.tell("parley:answered")
  }

  async #retry(event) {
    const { target: form, submitter: button } = event
    event.preventDefault()
    button.disabled = true
    const refuse = words => {
      showRefusal(form, words)
      button.disabled = false
    }
    const response = await post(form).catch(() => null)
    if (response?.ok) this.#receive(response, () => refuse(UNREACHABLE))
    else refuse(await wordsOf(response))
  }

  #showConnection(words) {
    const line = this.querySelector("[data-connection]")
    if (line.textContent === words) return

    line.textContent = words
    line.hidden = !words
  }

  // A link leads to the end of a conversation; after a reload, or on the way back, the browser knows the place.
  #showPlace() {
    const [{ type } = {}] = performance.getEntriesByType("navigation")
    if (type === "navigate" && !location.hash && this.querySelector(".message")) this.#scrollToEnd()
    else this.#isFollowing = isAtTheEnd()
    this.#scrolledTo = scrollY
  }

  #scrolled() {
    if (isAtTheEnd()) this.#isFollowing = true
    else if (scrollY < this.#scrolledTo) this.#isFollowing = false
    this.#scrolledTo = scrollY
    this.querySelector("[data-latest]").hidden = this.#isFollowing
  }

  #showLatest() {
    this.#isFollowing = true
    this.querySelector("[data-latest]").hidden = true
    this.#scrollToEnd()
  }

  #scrollToEnd() {
    this.#frame = null
    scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" })
  }
}

function post(form) {
  const body = new URLSearchParams(new FormData(form))
  return fetch(form.action, { method: "POST", body, headers: { Accept: "text/event-stream" } })
}

async function wordsOf(response) {
  try {
    return (await response.json()).error.message
  } catch {
    return UNREACHABLE
  }
}

function showRefusal(form, words) {
  const notice = form.parentElement.querySelector("[role=alert]") ?? document.createElement("p")
  notice.className = "notice notice--error"
  notice.setAttribute("role", "alert")
  form.before(notice)
  notice.textContent = words
}

function untilOnlineOr(milliseconds) {
  return new Promise(resume => {
    setTimeout(resume, milliseconds)
    addEventListener("online", resume, { once: true })
  })
}

function isAtTheEnd() {
  return scrollY + innerHeight >= document.documentElement.scrollHeight - AT_THE_END
}
