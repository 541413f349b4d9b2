// <parley-composer> wraps the form. Without it the form posts and a page comes back; with it the page stays.
// It sends, keeps a draft, and stops; what comes of it is the transcript's business, told by events on the document:
//   parley:sent      {response}          from here: a response whose body is the stream of an answer
//   parley:lost                          from the transcript: the line broke before it could tell whether that was kept
//   parley:started   {url, isNew, ...}   from the transcript: the message is kept; `isNew`: its answer was not there yet
//   parley:answering {stop}              from the transcript: an answer runs; `stop` is where to end it
//   parley:answered                      from the transcript: no answer runs any more

import { post, wordsOf } from "./post.js"

const STILL_HERE = "The server can't be reached. Your text is still here: send it again."
const NEEDS_A_PAGE = ["form_expired", "not_found", "access_code"]

export class Composer extends HTMLElement {
  #draft = this.dataset.draft // under which name the draft is kept
  #stop = null
  #isSending = false

  connectedCallback() {
    for (const type of ["submit", "input", "click"]) this.addEventListener(type, this)
    for (const type of ["keydown", ...this.#told]) document.addEventListener(type, this)
    this.#forgetWhatWasSaid()
    this.#message.value ||= recall(this.#draft)
    if (this.#message.selectionEnd === 0) this.#message.setSelectionRange(-1, -1) // nobody has begun to write elsewhere
    this.#grow()
  }

  disconnectedCallback() {
    for (const type of ["keydown", ...this.#told]) document.removeEventListener(type, this)
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
    "parley:lost": this.#lost,
    "parley:started": this.#started,
    "parley:answering": this.#answering,
    "parley:answered": this.#answered,
  }

  #told = Object.keys(this.#reactions).filter(type => type.startsWith("parley:"))

  // A form that was sent before this script came to the page has left its draft behind.
  #forgetWhatWasSaid() {
    const said = [...document.querySelectorAll(".message--question .message__text")].at(-1)?.textContent
    for (const draft of [this.#draft, "/"]) {
      if (recall(draft).trim() === said) keep(draft, "")
    }
  }

  #submitted(event) {
    event.preventDefault()
    if (!this.#isBusy && this.#hasWords) this.#send()
  }

  // Enter that ends a composition of an input method is no Enter; Safari tells so by the key's code only.
  #keyPressed(event) {
    if (event.isComposing || event.keyCode === 229) return
    const edit = event.target.closest("[data-edit]")
    if (event.key === "Escape" && edit) edit.querySelector("[data-cancel]").click()
    else if (event.key === "Escape" && !document.querySelector(":popover-open")) this.#endAnswer()
    if (event.key === "Enter" && event.target.name === "message" && !event.shiftKey && !isTouch()) this.#enter(event)
    if (event.key === "ArrowUp" && event.target === this.#message && !this.#message.value) this.#editLast()
  }

  #enter(event) {
    event.preventDefault()
    if (event.target !== this.#message) event.target.form.querySelector("button").click()
    else if (!this.#isBusy && this.#hasWords) this.#form.requestSubmit()
  }

  #editLast() {
    [...document.querySelectorAll("[data-edit-link]")].at(-1)?.click()
  }

  #edited() {
    keep(this.#draft, this.#message.value)
    this.#refuse("")
    this.#grow()
  }

  #clicked(event) {
    if (event.target.closest("[data-stop]")) this.#endAnswer()
  }

  #lost() {
    this.#isSending = false
    this.#refuse(STILL_HERE)
    this.#show("ready")
  }

  // A retry or an edit takes away nothing that is being written here.
  #started({ detail }) {
    if (detail.isNew) this.#form.elements.parent?.remove()
    if (!this.#isSending) return

    this.#isSending = false
    keep(this.#draft, "")
    this.#draft = detail.url
    this.#message.value = ""
    this.#message.required = true
    this.querySelector("[data-images]")?.replaceChildren()
    this.#form.elements.turn.value = uuid()
    this.querySelector("[data-superseded]")?.remove()
    this.#refuse("")
    this.#grow()
  }

  #answering({ detail }) {
    this.#stop = detail.stop
    this.#show("answering")
  }

  #answered() {
    this.#stop = null
    this.#show("ready")
  }

  async #send() {
    this.#isSending = true
    this.#refuse("")
    this.#show("sending")
    try {
      await this.#post()
    } catch {
      this.#lost()
    }
  }

  // What is said goes on with the branch that is to be seen, which may be another than when the page was opened.
  async #post() {
    this.#form.elements.after.value = document.querySelector("[role=log] > :last-child")?.id.replace("message-", "") ?? ""
    const response = await post(this.#form)
    if (response.ok) {
      document.dispatchEvent(new CustomEvent("parley:sent", { detail: { response } }))
    } else {
      this.#refused((await response.json()).error)
    }
  }

  // Only a page has a fresh token for an expired form, another place for a conversation that is gone, or a field for the
  // access code. It comes with the text in it, or leads back to it.
  #refused({ kind, message }) {
    if (NEEDS_A_PAGE.includes(kind)) return this.#form.submit()

    this.#isSending = false
    this.#refuse(message)
    this.#show("ready")
  }

  async #endAnswer() {
    if (!this.#stop) return

    const response = await post(this.#form, this.#stop).catch(() => null)
    if (!response?.ok) this.#refuse(await wordsOf(response))
  }

  #refuse(message) {
    this.#refusal.textContent = message
    this.#refusal.hidden = !message
    if (message) this.#message.setAttribute("aria-invalid", "true")
    else this.#message.removeAttribute("aria-invalid")
  }

  // While a button goes that has the focus, the focus goes to the text.
  #show(state) {
    const hadFocus = this.contains(document.activeElement) || document.activeElement === document.body
    this.querySelector("[data-stop]").hidden = state !== "answering"
    this.querySelector("[data-send]").hidden = state === "answering"
    this.querySelector("[data-send]").disabled = state === "sending"
    if (hadFocus && !isTouch()) this.#message.focus({ preventScroll: true })
  }

  // For browsers that don't know `field-sizing: content`.
  #grow() {
    if (CSS.supports("field-sizing", "content")) return

    this.#message.style.blockSize = "auto"
    this.#message.style.blockSize = `${this.#message.scrollHeight}px`
  }

  get #isBusy() { return this.querySelector("[data-send]:is([hidden], :disabled)") !== null }
  get #hasWords() { return this.#message.value.trim() !== "" || this.querySelector("[name=image]") !== null }
  get #form() { return this.querySelector("form") }
  get #message() { return this.#form.elements.message }
  get #refusal() { return this.querySelector("[data-refusal]") }
}

// A browser that keeps nothing throws; then there are no drafts.
function recall(draft) {
  try { return localStorage.getItem(`parley:draft:${draft}`) ?? "" } catch { return "" }
}

function keep(draft, text) {
  try {
    if (text) localStorage.setItem(`parley:draft:${draft}`, text)
    else localStorage.removeItem(`parley:draft:${draft}`)
  } catch {}
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
