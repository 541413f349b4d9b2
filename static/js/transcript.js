// <parley-transcript> wraps the messages. It puts the events of an answer in their places, and comes back to an
// answer that was running when the page was loaded or when the line broke. Its events are listed in composer.js.

import { eventsIn } from "./event-stream.js"
import { appendText, fragment } from "./html.js"

const FIRST_PAUSE = 500 // milliseconds before the first attempt to reconnect; each further pause is twice as long
const LONGEST_PAUSE = 10_000
const AT_THE_END = 80 // pixels from the end within which a reader counts as being there

export class Transcript extends HTMLElement {
  #following = true

  connectedCallback() {
    document.addEventListener("parley:sent", this)
    addEventListener("scroll", this, { passive: true })
    this.addEventListener("submit", this)
    this.addEventListener("click", this)
    for (const article of this.querySelectorAll("[data-state=running]")) this.#comeBackTo(article)
  }

  disconnectedCallback() {
    document.removeEventListener("parley:sent", this)
    removeEventListener("scroll", this)
  }

  handleEvent(event) {
    if (event.type === "parley:sent") this.#receive(event.detail.response)
    if (event.type === "scroll") this.#scrolled()
    if (event.type === "submit") this.#retry(event)
    if (event.type === "click" && event.target.closest("[data-latest]")) this.#showLatest()
  }

  // Private

  async #receive(response) {
    const answer = new LiveAnswer(this)
    await answer.read(response)
    this.#keepWatching(answer)
  }

  async #comeBackTo(article) {
    const answer = new LiveAnswer(this, article)
    this.tell("parley:answering", { stop: article.dataset.stop })
    this.#keepWatching(answer)
  }

  async #keepWatching(answer) {
    for (let pause = 0; !answer.hasEnded && answer.hasStarted; pause = Math.min(2 * pause || FIRST_PAUSE, LONGEST_PAUSE)) {
      if (pause) this.#showConnection("Reconnecting")
      await new Promise(resume => setTimeout(resume, pause))
      if (await answer.connect()) pause = 0
    }
    this.#showConnection("")
    this.tell("parley:answered")
  }

  async #retry(event) {
    if (!event.target.matches("[data-retry]")) return

    event.preventDefault()
    const response = await fetch(event.target.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(event.target)),
      headers: { Accept: "text/event-stream" },
    }).catch(() => null)
    if (response?.ok) this.#receive(response)
    else location.reload()
  }

  #showConnection(words) {
    const line = this.querySelector("[data-connection]")
    line.textContent = words
    line.hidden = !words
  }

  #scrolled() {
    this.#following = isAtTheEnd()
    this.querySelector("[data-latest]").hidden = this.#following
  }

  #showLatest() {
    this.#following = true
    this.follow()
  }

  // For LiveAnswer

  get log() { return this.querySelector("[role=log]") }

  say(words) { this.querySelector("[data-status]").textContent = words }

  tell(type, detail) { document.dispatchEvent(new CustomEvent(type, { detail })) }

  follow() {
    if (this.#following) scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" })
  }
}

// One answer on its way into the page. Every event says how things are now, so hearing one twice does no harm.
class LiveAnswer {
  hasEnded = false
  #nodes = [] // for each block, what it became in the page
  #fresh = true // whether this connection has said nothing yet about reasoning, or about blocks

  constructor(transcript, article = null) {
    this.transcript = transcript
    this.article = article
  }

  get hasStarted() { return Boolean(this.article) }

  // Whether there was a connection; it may have ended early.
  async connect() {
    try {
      const response = await fetch(this.article.dataset.events, { headers: { Accept: "text/event-stream" } })
      if (response.status === 404) this.hasEnded = true
      return response.ok && await this.read(response)
    } catch {
      return false
    }
  }

  async read(response) {
    this.#fresh = true
    try {
      for await (const event of eventsIn(response)) this.#hear(event)
      return true
    } catch {
      return false
    }
  }

  #hear(event) {
    this.#reactions[event.name]?.call(this, event)
    this.transcript.follow()
  }

  #reactions = {
    start: this.#start,
    reasoning: this.#reason,
    block: this.#replaceBlock,
    append: this.#append,
    notice: this.#notice,
    end: this.#end,
  }

  #start(event) {
    this.#makeRoom(event)
    this.article = document.getElementById(`message-${event.answer}`)
    this.transcript.say("Answering")
    this.transcript.tell("parley:started", event)
    this.transcript.tell("parley:answering", { stop: this.article.dataset.stop })
    showConversation(event)
  }

  // A retry brings its question along, which is there already, and takes the place of the answer beneath it.
  #makeRoom(event) {
    const question = document.getElementById(`message-${event.question}`)
    while (question?.nextElementSibling) question.nextElementSibling.remove()
    question?.remove()
    this.transcript.log.append(fragment(event.html))
  }

  #reason({ text }) {
    const details = this.article.querySelector(".reasoning")
    const thoughts = details.querySelector("[data-reasoning]")
    if (this.#fresh) thoughts.textContent = ""
    this.#fresh = false
    thoughts.append(text)
    details.hidden = false
    details.open = true
  }

  #replaceBlock({ index, html }) {
    if (!this.#nodes.length) this.#blocks.replaceChildren()
    this.article.querySelector("[data-waiting]")?.remove()
    this.article.querySelector(".reasoning").open = false
    const nodes = [...fragment(html).childNodes]
    if (!nodes.length) nodes.push(document.createComment(""))
    const before = this.#nodes[index]
    if (before) {
      before[0].before(...nodes)
      for (const node of before) node.remove()
    } else {
      this.#blocks.append(...nodes)
    }
    this.#nodes[index] = nodes
  }

  #append({ text }) {
    appendText(this.#blocks.lastElementChild, text)
  }

  #notice({ message }) {
    this.transcript.say(message)
  }

  #end(event) {
    this.hasEnded = true
    this.article.dataset.state = event.state
    this.article.querySelector("[data-waiting]")?.remove()
    if (event.html) this.article.querySelector("[data-foot]").replaceChildren(fragment(event.html))
    this.transcript.say(event.error ?? "Answer complete")
  }

  get #blocks() { return this.article.querySelector("[data-blocks]") }
}

// A new conversation has an address and a place in the list as soon as its first message is kept.
function showConversation({ url, title }) {
  if (location.pathname === url) return

  history.pushState(null, "", url)
  document.title = document.title.replace(/^/, `${title} · `)
  document.querySelector("[data-title]").textContent = title
  document.querySelector(".main").classList.remove("main--empty")
  document.querySelector(".greeting")?.remove()
  const heading = document.querySelector("[data-heading]").content.cloneNode(true)
  Object.assign(heading.querySelector("a"), { href: url, textContent: title })
  document.querySelector("[data-headings]").prepend(heading)
}

function isAtTheEnd() {
  const { scrollHeight } = document.documentElement
  return scrollY + innerHeight >= scrollHeight - AT_THE_END
}
