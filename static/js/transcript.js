// <parley-transcript> wraps the messages and the composer. It puts answers in their places, comes back to one that
// was running when the page was loaded or when the line broke, and keeps up with what is said elsewhere.
// Its events are listed in composer.js.

import { LiveAnswer } from "./answer.js"
import { Connection } from "./connection.js"
import { Following } from "./following.js"
import { fragment } from "./html.js"
import { post, wordsOf } from "./post.js"
import { bringUpToDate, readAgain, whenOutOfDate } from "./up-to-date.js"

const FIRST_PAUSE = 500 // milliseconds before the second attempt to reconnect; each further pause is twice as long
const LONGEST_PAUSE = 10_000

export class Transcript extends HTMLElement {
  #watched = new Set() // the answers that are being written
  #isReading = false
  #isOutOfDate = false

  connectedCallback() {
    document.addEventListener("parley:sent", this)
    for (const type of ["submit", "click"]) this.addEventListener(type, this)
    this.connection = new Connection(this.querySelector("[data-connection]"))
    this.following = new Following(this.querySelector("[data-latest]"))
    this.following.begin(this.querySelector(".message") !== null)
    this.#watchWhatRuns()
    whenOutOfDate(() => this.#readAgain())
    addEventListener("offline", () => { if (this.#watched.size) this.connection.lost() })
  }

  disconnectedCallback() {
    document.removeEventListener("parley:sent", this)
  }

  handleEvent(event) {
    if (event.type === "parley:sent") this.#receive(event.detail.response, () => this.tell("parley:lost"))
    if (event.type === "submit" && event.target.matches("[data-again]")) this.#retry(event)
    if (event.type === "click" && event.target.closest("[data-latest]")) this.following.showLatest()
  }

  // For LiveAnswer

  // A retry brings its question along, which is there already. What followed it belongs to another version of the answer,
  // unless the answer has its old place.
  place({ question, answer, html }) {
    const said = [...fragment(html).children]
    const { parent } = said[0].dataset
    const isNew = !document.getElementById(`message-${answer}`)
    const missesSome = parent && !document.getElementById(`message-${parent}`)
    if (this.log.contains(document.activeElement)) this.log.focus() // the button that asked for it goes
    if (isNew) removeAllAfter(document.getElementById(`message-${question}`))
    for (const message of said) {
      const before = document.getElementById(message.id)
      before ? before.replaceWith(message) : this.log.append(message)
    }
    if (isNew) this.following.showLatest()
    if (missesSome) this.#readAgain()
  }

  heard() {
    this.connection.found()
    this.following.grown()
  }

  say(words) { this.querySelector("[data-status]").textContent = words }

  tell(type, detail) { document.dispatchEvent(new CustomEvent(type, { detail })) }

  // Private

  async #receive(response, lose) {
    const answer = new LiveAnswer(this)
    this.#watched.add(answer)
    await answer.read(response)
    if (answer.hasStarted) return this.#watch(answer)

    this.#watched.delete(answer)
    lose()
  }

  #watchWhatRuns() {
    for (const article of this.querySelectorAll("[data-state=running]")) {
      if (!this.#isBeingWritten(article)) this.#watch(new LiveAnswer(this, article))
    }
  }

  async #watch(answer) {
    this.#watched.add(answer)
    let pause = 0
    while (answer.isWanted) {
      if (pause) this.connection.lost()
      await this.#doubtOr(pause)
      pause = await answer.connect() ? FIRST_PAUSE : Math.min(2 * pause || FIRST_PAUSE, LONGEST_PAUSE)
    }
    this.#watched.delete(answer)
    if (!this.querySelector("[data-state=running]")) this.tell("parley:answered")
  }

  #doubtOr(milliseconds) {
    return new Promise(resume => {
      setTimeout(resume, milliseconds)
      this.addEventListener("doubt", resume, { once: true })
    })
  }

  #isBeingWritten(article) {
    return [...this.#watched].some(answer => answer.article === article)
  }

  // All that may have happened elsewhere, and a fresh line to each answer whose line may be dead.
  async #readAgain() {
    this.#isOutOfDate = true
    if (this.#isReading) return

    this.#isReading = true
    while (this.#isOutOfDate) {
      this.#isOutOfDate = false
      this.dispatchEvent(new Event("doubt"))
      for (const answer of this.#watched) answer.doubt()
      const page = await readAgain()
      if (page) this.#show(page)
    }
    this.#isReading = false
  }

  #show(page) {
    const newer = page.querySelector("[role=log]")
    for (const answer of this.#watched) answer.compare(newer)
    bringUpToDate(this.log, newer, article => this.#isBeingWritten(article))
    document.querySelector("[data-headings]").replaceWith(page.querySelector("[data-headings]"))
    this.#watchWhatRuns()
    this.following.grown()
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
    if (response?.ok) this.#receive(response, async () => refuse(await wordsOf(null)))
    else refuse(await wordsOf(response))
  }

  get log() { return this.querySelector("[role=log]") }
}

function removeAllAfter(message) {
  while (message?.nextElementSibling) message.nextElementSibling.remove()
}

function showRefusal(form, words) {
  const notice = form.parentElement.querySelector("[role=alert]") ?? document.createElement("p")
  notice.className = "notice notice--error"
  notice.setAttribute("role", "alert")
  form.before(notice)
  notice.textContent = words
}
