// <parley-composer> wraps the form. Without it the form posts and a page comes back; with it the page stays.
// It sends, keeps a draft, and stops; what comes of it is the transcript's business, told by events on the document:
//   parley:sent      {response}   from here: a response whose body is the stream of an answer
//   parley:started   {start}      from the transcript: the message is kept
//   parley:answering {stop}       from the transcript: an answer runs; `stop` is where to end it
//   parley:answered               from the transcript: it has ended

const UNREACHABLE = "The server can't be reached. Your text is still here: send it again."
const DRAFT = "parley:draft:"

export class Composer extends HTMLElement {
  #stop = null

  connectedCallback() {
    for (const type of ["submit", "keydown", "input", "click"]) this.addEventListener(type, this)
    for (const type of ["parley:started", "parley:answering", "parley:answered"]) document.addEventListener(type, this)
    this.#message.value ||= localStorage.getItem(this.#draftKey) ?? ""
    this.#grow()
  }

  disconnectedCallback() {
    for (const type of ["parley:started", "parley:answering", "parley:answered"]) document.removeEventListener(type, this)
  }

  handleEvent(event) {
    this.#reactions[event.type].call(this, event)
  }

  // Private

  #reactions = {
    "submit": this.#submitted,
    "keydown": this.#keyPressed,
    "input": this.#edited,
    "click": this.#clicked,
    "parley:started": this.#started,
    "parley:answering": this.#answering,
    "parley:answered": this.#answered,
  }

  #submitted(event) {
    event.preventDefault()
    if (!this.#isBusy && this.#message.value.trim()) this.#send()
  }

  #keyPressed(event) {
    if (event.key === "Escape") this.#endAnswer()
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || isTouch()) return

    event.preventDefault()
    this.#form.requestSubmit()
  }

  #edited() {
    localStorage.setItem(this.#draftKey, this.#message.value)
    this.#refuse("")
    this.#grow()
  }

  #clicked(event) {
    if (event.target.closest("[data-stop]")) this.#endAnswer()
  }

  #started(event) {
    localStorage.removeItem(this.#draftKey)
    this.#message.value = ""
    this.#form.elements.turn.value = uuid()
    this.#form.elements.parent?.remove()
    this.#grow()
  }

  #answering(event) {
    this.#stop = event.detail.stop
    this.#showBusy(true)
  }

  #answered() {
    this.#stop = null
    this.#showBusy(false)
  }

  async #send() {
    this.#showBusy(true)
    try {
      const response = await post(this.#form.action, new FormData(this.#form))
      if (response.ok) {
        document.dispatchEvent(new CustomEvent("parley:sent", { detail: { response } }))
      } else {
        this.#refuse(await words(response))
        this.#showBusy(false)
      }
    } catch {
      this.#refuse(UNREACHABLE)
      this.#showBusy(false)
    }
  }

  async #endAnswer() {
    if (this.#stop) await post(this.#stop, new FormData(this.#form)).catch(() => {})
  }

  #refuse(message) {
    this.#refusal.textContent = message
    this.#refusal.hidden = !message
    this.#message.toggleAttribute("aria-invalid", Boolean(message))
  }

  #showBusy(busy) {
    this.querySelector("[data-stop]").hidden = !busy
    this.querySelector("[data-send]").hidden = busy
  }

  #grow() {
    this.#message.style.blockSize = "auto"
    this.#message.style.blockSize = `${this.#message.scrollHeight}px`
  }

  get #isBusy() { return this.querySelector("[data-send]").hidden }
  get #form() { return this.querySelector("form") }
  get #message() { return this.#form.elements.message }
  get #refusal() { return this.querySelector("[data-refusal]") }
  get #draftKey() { return DRAFT + (location.pathname === "/" ? "/" : new URL(this.#form.action).pathname) }
}

function post(address, form) {
  return fetch(address, {
    method: "POST",
    body: new URLSearchParams(form),
    headers: { Accept: "text/event-stream" },
  })
}

async function words(response) {
  const { error } = await response.json()
  return error.message
}

function isTouch() {
  return matchMedia("(pointer: coarse)").matches
}

// crypto.randomUUID is only there on secure addresses, and a laptop on the local network has none.
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6] & 0x0f) | 0x40
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("")
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")
}
