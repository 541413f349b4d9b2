// <parley-copy> puts what it stands with onto the clipboard: a block of code, a question, or what is at its `href`, the
// Markdown of an answer. Without script it is empty. Its button is in a shadow: the HTML around it stays as it was sent.

const MOMENT = 2000 // milliseconds that "Copied" stands there
const BY_HAND = "It can't be copied from here. It is selected now: copy it as you copy any text."

export class Copy extends HTMLElement {
  #button = document.createElement("button")
  #timer

  connectedCallback() {
    if (this.shadowRoot) return

    Object.assign(this.#button, { part: "button", type: "button", ariaLabel: this.getAttribute("label") ?? "Copy code" })
    this.#show("Copy")
    this.#button.addEventListener("click", () => this.#copy())
    this.attachShadow({ mode: "open", delegatesFocus: true }).append(this.#button)
  }

  // Private

  async #copy() {
    try {
      await write(this.#text())
      this.#say("Copied")
    } catch {
      getSelection().selectAllChildren(this.#source)
      this.#say("Selected", BY_HAND)
    }
  }

  async #text() {
    const address = this.getAttribute("href")
    if (!address) return this.#source.textContent

    const response = await fetch(address)
    if (!response.ok) throw new Error(address)
    return response.text()
  }

  // For a moment, so that the same can be said again the next time.
  #say(word, sentence = word) {
    const status = document.querySelector("[data-status]")
    this.#show(word)
    status.textContent = sentence
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#show("Copy")
      if (status.textContent === sentence) status.textContent = ""
    }, MOMENT)
  }

  #show(word) { this.#button.textContent = word }

  get #source() { return this.closest("figure, article").querySelector("pre, .message__text") }
}

// The clipboard gets a promise while the visitor's click still counts: Safari would not wait for the text. There is none
// at plain HTTP addresses, such as those of a laptop's network.
async function write(text) {
  try {
    const blob = async () => new Blob([await text], { type: "text/plain" })
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob() })])
  } catch {
    writeAsOfOld(await text)
  }
}

function writeAsOfOld(text) {
  const focused = document.activeElement
  const field = Object.assign(document.createElement("textarea"), { value: text, readOnly: true })
  Object.assign(field.style, { position: "fixed", opacity: 0 })
  document.body.append(field)
  field.focus({ preventScroll: true })
  field.select()
  const isCopied = document.execCommand("copy")
  field.remove()
  focused.focus({ preventScroll: true })
  if (!isCopied) throw new Error("execCommand")
}
