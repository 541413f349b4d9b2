// An answer on its way into the page. Every event says how things are now, so hearing one twice does no harm.

import { eventsIn } from "./event-stream.js"
import { appendText, fragment, removePlain } from "./html.js"

const FRESH = 3000 // milliseconds since the last word for which a line is surely alive
const ENDINGS = { stopped: "Stopped", length: "The answer was cut" }

export class LiveAnswer {
  hasEnded = false
  #nodes = [] // for each block, what it became in the page
  #old = [] // what the page came with and no event has spoken of yet
  #noted = new Set() // what was said to be known about it: each connection tells all of it again
  #hasThoughts = false // whether this connection has told of any
  #line = new AbortController()
  #heardAt = 0

  constructor(transcript, article = null) {
    this.transcript = transcript
    if (article) this.#takeOver(article)
  }

  get hasStarted() { return Boolean(this.article) }
  get isWanted() { return !this.hasEnded && this.article.isConnected }

  // Whether there was a connection; it may have ended early.
  async connect() {
    this.#line = new AbortController()
    const options = { headers: { Accept: "text/event-stream" }, signal: this.#line.signal }
    const response = await fetch(this.article.dataset.events, options).catch(() => null)
    if ([401, 404].includes(response?.status)) location.reload() // it is gone, or asks for an access code now
    return response?.ok ? this.read(response) : false
  }

  async read(response) {
    this.#hasThoughts = false
    try {
      for await (const event of eventsIn(response, this.#line.signal)) this.#hear(event)
    } catch {} // the line broke, or fell silent: whoever called sees that there was no end
    return true
  }

  // A line that survived a sleep looks like one that did not. Unless it just spoke, a new one is sure to be good.
  doubt() {
    if (this.hasStarted && Date.now() - this.#heardAt > FRESH) this.#line.abort()
  }

  // Where it has ended, and we have not heard of that, the line is dead.
  compare(newer) {
    const theirs = this.hasStarted && newer.querySelector(`#${this.article.id}`)
    if (theirs && theirs.dataset.state !== "running" && !this.hasEnded) this.#line.abort()
  }

  // Private

  #hear(event) {
    if (this.hasStarted && !this.article.isConnected) return this.#line.abort() // its branch was left
    this.#heardAt = Date.now()
    this.#reactions[event.name]?.call(this, event)
    this.transcript.heard()
  }

  #reactions = {
    start: this.#start,
    reasoning: this.#reason,
    block: this.#putBlock,
    append: this.#append,
    notice: this.#notice,
    end: this.#end,
  }

  #start(event) {
    const isNew = this.transcript.place(event)
    this.#takeOver(document.getElementById(`message-${event.answer}`))
    this.transcript.tell("parley:started", { ...event, isNew })
  }

  #takeOver(article) {
    this.article = article
    this.#old = [...this.#blocks.childNodes]
    removePlain(article)
    if (article.dataset.state === "running") {
      article.ariaBusy = true
      this.transcript.say("Answering")
      this.transcript.tell("parley:answering", { stop: article.dataset.stop })
    }
  }

  #reason({ text, summary }) {
    const details = this.article.querySelector(".reasoning")
    const thoughts = details.querySelector("[data-reasoning]")
    if (!this.#hasThoughts) thoughts.textContent = ""
    this.#hasThoughts = true
    thoughts.append(text)
    if (summary) details.querySelector("summary").textContent = summary
    details.hidden = false
  }

  #putBlock({ index, html }) {
    const content = fragment(html)
    const nodes = [...content.childNodes]
    if (this.#nodes[index] || !this.#isOld(nodes)) {
      this.#forgetOld()
      const next = this.#nodes.slice(index + 1).flat()[0] ?? null
      const focused = (this.#nodes[index] ?? []).flatMap(reachable).indexOf(document.activeElement)
      for (const node of this.#nodes[index] ?? []) node.remove()
      this.#blocks.insertBefore(content, next)
      nodes.flatMap(reachable)[focused]?.focus({ preventScroll: true })
    }
    this.#nodes[index] = nodes
  }

  // A page that is loaded in mid-answer has most of it. What is the same stays where it is, under the reader's eyes.
  #isOld(nodes) {
    if (!nodes.length || !nodes.every((node, at) => this.#old[at]?.isEqualNode(node))) return false

    nodes.splice(0, nodes.length, ...this.#old.splice(0, nodes.length))
    return true
  }

  #forgetOld() {
    for (const node of this.#old.splice(0)) node.remove()
  }

  #append({ text }) {
    this.#forgetOld()
    appendText(this.#blocks.lastElementChild, text)
  }

  #notice({ message }) {
    const notice = this.#foot.querySelector("[data-notice]") ?? document.createElement("p")
    Object.assign(notice, { className: "notice", textContent: message }).setAttribute("data-notice", "")
    this.#foot.prepend(notice)
    if (!this.#noted.has(message)) this.transcript.say(message)
    this.#noted.add(message)
  }

  #end({ state, html, error }) {
    this.hasEnded = true
    this.#forgetOld()
    this.article.dataset.state = state
    this.article.ariaBusy = null
    this.article.querySelector("[data-waiting]")?.remove()
    if (html) this.#foot.replaceChildren(fragment(html))
    this.transcript.say(error ?? ENDINGS[state] ?? "Answer complete")
  }

  get #blocks() { return this.article.querySelector("[data-blocks]") }
  get #foot() { return this.article.querySelector("[data-foot]") }
}

// Where the keyboard may be within a block, and is again once the block was written anew.
function reachable(node) {
  return [...node.querySelectorAll?.("a, pre, parley-copy") ?? []]
}
