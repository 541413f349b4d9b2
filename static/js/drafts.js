// What was written and not sent, kept by the browser for each conversation.

const PREFIX = "parley:draft:"
const PAUSE = 500 // milliseconds: a long text takes a while to keep, and need not be kept at every key

export class Draft {
  #timer = null

  constructor(name, field) {
    this.name = name
    this.field = field
    this.#forgetWhatIsOver()
    this.#restore()
    for (const type of ["pagehide", "visibilitychange"]) addEventListener(type, () => { if (this.#timer) this.keep() })
  }

  keepSoon() {
    this.#timer ??= setTimeout(() => this.keep(), PAUSE)
  }

  keep() {
    clearTimeout(this.#timer)
    this.#timer = null
    delete drafts[PREFIX + this.name]
    try {
      if (this.field.value) drafts[PREFIX + this.name] = this.field.value
    } catch {} // there is no room for it
  }

  // It was sent, and what was written since is the draft of the conversation that has an address now.
  moveTo(name) {
    delete drafts[PREFIX + this.name]
    this.name = name
    this.keep()
  }

  // Private

  // A form that was sent before this script came to the page has left its draft behind, and so has what was deleted.
  #forgetWhatIsOver() {
    const said = [...document.querySelectorAll(".message--question .message__text")].at(-1)?.textContent
    const gone = document.querySelector("[data-gone]")?.dataset.gone
    for (const [key, text] of Object.entries(drafts)) {
      const isSaid = [this.name, "/"].includes(key.slice(PREFIX.length)) && text.trim() === said
      if (isSaid || key.startsWith(PREFIX + gone)) delete drafts[key]
    }
  }

  // What a link has to say goes before a draft, unless it is a draft of that very link.
  #restore() {
    if (!this.field.value || this.name.includes("?q=")) this.field.value = drafts[PREFIX + this.name] ?? this.field.value
  }
}

// A browser that keeps nothing throws; then drafts live as long as the page.
const drafts = (() => { try { return localStorage } catch { return {} } })()
