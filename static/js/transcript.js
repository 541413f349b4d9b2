// <parley-transcript> wraps the messages and the composer. It puts answers in their places, comes back to one that
// was running when the page was loaded or when the line broke, and keeps up with what is said elsewhere.
// Its events are listed in composer.js.

import { LiveAnswer } from "./answer.js"
import { Connection } from "./connection.js"
import { Following } from "./following.js"
import { fragment } from "./html.js"
import { keepPlaces } from "./places.js"
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
    this.following = new Following(this.log, this.querySelector("[data-latest]"))
    this.following.begin(keepPlaces(this.log) || this.querySelector(".message") === null)
    this.#beginToEdit(this.querySelector("[data-edit] textarea"))
    this.#watchWhatRuns()
    new ResizeObserver(() => this.#stay()).observe(this.querySelector(".floor"))
    addEventListener("resize", () => this.#stay())
    whenOutOfDate(() => this.#readAgain())
  }

  disconnectedCallback() {
    document.removeEventListener("parley:sent", this)
  }

  handleEvent(event) {
    if (event.type === "parley:sent") this.#receive(event.detail.response, () => this.tell("parley:lost"))
    if (event.type === "submit" && event.target.matches("[data-again], [data-edit]")) this.#ask(event)
    if (event.type === "click" && event.target.closest("[data-latest]")) this.following.showLatest()
  }

  // For LiveAnswer

  // Whether it is new here. A retry brings its question along, which is there already. What followed that, or what the
  // question itself follows, belongs to another branch, unless the answer has its old place.
  place({ question, answer, html }) {
    const said = [...fragment(html).children]
    const { parent } = said[0].dataset
    const isNew = !document.getElementById(`message-${answer}`)
    const missesSome = parent && !document.getElementById(`message-${parent}`)
    const last = document.getElementById(`message-${question}`) ?? document.getElementById(`message-${parent}`)
    if (isNew && !missesSome) removeAllAfter(last, this.log)
    if (isNew) this.#isOutOfDate = this.#isReading // a page that is on its way was written before this was said
    this.log.removeAttribute("data-form") // it was sent, if there was one
    for (const message of said) {
      const before = document.getElementById(message.id)
      before ? before.replaceWith(message) : this.log.append(message)
    }
    if (isNew) this.following.showLatest()
    if (missesSome) this.#readAgain()
    return isNew
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
      const written = [...this.#watched].map(answer => answer.article)
      const page = await readAgain()
      if (this.#isOutOfDate) continue

      const left = written.find(article => article?.isConnected && page && !page.getElementById(article.id))
      if (left) return showBranchOf(left)
      if (page) this.#show(page)
    }
    this.#isReading = false
  }

  #show(page) {
    const newer = page.querySelector("[role=log]")
    for (const answer of this.#watched) answer.compare(newer)
    bringUpToDate(this.log, newer, article => this.#isBeingWritten(article) || article.querySelector("[data-edit]"))
    document.querySelector("[data-headings]").replaceWith(page.querySelector("[data-headings]"))
    this.#watchWhatRuns()
    this.following.grown()
  }

  // Only a page has a fresh token for an edit that expired; it comes with the text in its form.
  async #ask(event) {
    const { target: form, submitter: button } = event
    event.preventDefault()
    if (this.log.contains(document.activeElement)) this.log.focus({ preventScroll: true }) // what asks for it goes
    button.disabled = true
    const refuse = words => {
      showRefusal(button.closest("form") ?? button, words)
      button.disabled = false
      if (document.activeElement === this.log) button.focus()
    }
    const response = await post(form, button.getAttribute("formaction") ?? form.action).catch(() => null)
    if (response?.ok) this.#receive(response, async () => refuse(await wordsOf(null)))
    else if (response && form.matches("[data-edit]")) form.submit()
    else refuse(await wordsOf(response))
  }

  // The composer grows, or the keyboard of a phone comes. Before the first message nothing need be kept in sight.
  #stay() {
    if (this.log.firstElementChild) this.following.stay()
  }

  #beginToEdit(message) {
    if (message?.selectionEnd === 0) message.setSelectionRange(-1, -1) // nobody has begun to write elsewhere
    message?.focus()
  }

  get log() { return this.querySelector("[role=log]") }
}

function removeAllAfter(message, log) {
  while (log.lastElementChild !== message) log.lastElementChild.remove()
}

// Another branch is the newest one now. An answer that is being written is not left for it.
function showBranchOf(answer) {
  location.replace(`?at=${answer.id.replace("message-", "")}`)
}

function showRefusal(element, words) {
  const notice = element.parentElement.querySelector("[role=alert]") ?? document.createElement("p")
  notice.className = "notice notice--error"
  notice.setAttribute("role", "alert")
  element.before(notice)
  notice.textContent = words
}
