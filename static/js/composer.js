// <parley-composer> wraps the form. Without it the form posts and a page comes back; with it the page stays.
// It sends; what comes of it is the transcript's business, told by events on the document:
//   parley:sent      {response}          from here: a response whose body is the stream of an answer
//   parley:lost                          from the transcript: the line broke before it could tell whether that was kept
//   parley:started   {url, isNew, ...}   from the transcript: the message is kept; `isNew`: its answer was not there yet
//   parley:answering {stop}              from the transcript: an answer runs; `stop` is where to end it
//   parley:answered                      from the transcript: no answer runs any more

import { Buttons } from "./buttons.js"
import { isTooLong, tellLength } from "./counting.js"
import { Draft } from "./drafts.js"
import { growWithText } from "./growing.js"
import { isTouch, obeyKeys } from "./keys.js"
import { post } from "./post.js"
import { refuse } from "./refusal.js"
import { uuid } from "./uuid.js"

const STILL_HERE = "The server can't be reached. Your text is still here: send it again."
const TOO_LONG = " are too many to be sent at once. Shorten the message, or send it in parts."
const NEEDS_A_PAGE = ["form_expired", "not_found", "access_code", "allowance_spent"]

// There is one as long as there is the page.
export class Composer extends HTMLElement {
  #sent = null // the text on its way

  connectedCallback() {
    for (const type of ["submit", "input"]) this.addEventListener(type, this)
    for (const type of this.#told) document.addEventListener(type, this)
    this.buttons = new Buttons(this.#form)
    this.draft = new Draft(this.dataset.draft, this.message)
    if (this.message.selectionEnd === 0) this.message.setSelectionRange(-1, -1) // nobody has begun to write elsewhere
    this.#measure()
    obeyKeys(this)
  }

  handleEvent(event) {
    this.#reactions[event.type].call(this, event)
  }

  // For keys.js

  get message() { return this.#form.elements.message }
  get hasWords() { return this.message.value.trim() !== "" || this.querySelector("[name=image]") !== null }

  // Private

  #reactions = {
    "submit": this.#submitted,
    "input": this.#edited,
    "parley:lost": this.#lost,
    "parley:started": this.#started,
    "parley:answering": ({ detail }) => this.buttons.show("answering", detail.stop),
    "parley:answered": () => this.buttons.show("ready"),
  }

  #told = Object.keys(this.#reactions).filter(type => type.startsWith("parley:"))

  #submitted(event) {
    event.preventDefault()
    if (this.buttons.areBusy) return

    const { message } = this
    if (!this.hasWords) message.focus()
    else if (isTooLong(message.value, message)) refuse(this.querySelector("[data-length]").textContent + TOO_LONG, message)
    else this.#send()
  }

  #edited() {
    this.draft.keepSoon()
    refuse("")
    this.#measure()
  }

  #lost() {
    this.#refused({ message: STILL_HERE })
  }

  // A retry or an edit takes away nothing that is being written here, nor does a message what was added to it since.
  #started({ detail }) {
    if (detail.isNew) this.#form.elements.parent?.remove()
    if (this.#sent === null) return

    this.message.value = this.message.value.replace(this.#sent, "").trimStart()
    this.#sent = null
    this.draft.moveTo(detail.url)
    this.message.required = true
    this.querySelector("[data-images]")?.replaceChildren()
    this.#form.elements.turn.value = uuid()
    this.querySelector("[data-superseded]")?.remove()
    refuse("")
    this.#measure()
    if (isTouch()) this.message.blur() // so that its keyboard makes room for the answer
  }

  async #send() {
    this.#sent = this.message.value
    this.draft.keep()
    refuse("")
    this.buttons.show("sending")
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
      for (const name of ["allowance", "invitation"]) this.#tell(name, response.headers.get(name))
      document.dispatchEvent(new CustomEvent("parley:sent", { detail: { response } }))
    } else {
      this.#refused((await response.json()).error)
    }
  }

  // Only a page has a fresh token for an expired form, another place for a conversation that is gone, or a field for the
  // access code, and is read-only once the allowance is spent. It comes with the text in it, or leads back to it.
  #refused({ kind, message, field, retry_after }) {
    if (NEEDS_A_PAGE.includes(kind)) return this.#form.submit()

    this.#sent = null
    this.buttons.show("ready")
    refuse(message, this.#form.elements[field], kind === "too_often" && retry_after)
  }

  // What is left of it, where that matters.
  #tell(name, words) {
    const place = this.querySelector(`[data-${name}]`)
    place.textContent = words
    place.hidden = !words
  }

  #measure() {
    growWithText(this.message)
    tellLength(this.message)
  }

  get #form() { return this.querySelector("form") }
}
