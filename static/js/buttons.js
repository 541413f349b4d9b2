// The button of the composer: it sends, or stops the answer that runs.

import { isTouch } from "./keys.js"
import { post, wordsOf } from "./post.js"
import { refuse } from "./refusal.js"

export class Buttons {
  #stopsAt // the address where that is done

  constructor(form) {
    this.form = form
    this.send = form.querySelector("[data-send]")
    this.stop = form.querySelector("[data-stop]")
    this.stop.addEventListener("click", () => this.endAnswer())
  }

  get areBusy() { return this.send.hidden || this.send.disabled }

  // While a button goes that has the focus, the focus goes to the text.
  show(state, stopsAt) {
    const hadFocus = this.form.contains(document.activeElement) || document.activeElement === document.body
    this.#stopsAt = stopsAt
    this.stop.hidden = !stopsAt
    this.send.hidden = Boolean(stopsAt)
    this.send.disabled = state === "sending"
    if (hadFocus && !isTouch()) this.form.elements.message.focus({ preventScroll: true })
  }

  // What is being written stays here.
  async endAnswer() {
    if (!this.#stopsAt) return

    const { csrf_token } = this.form.elements
    const response = await post(this.form, this.#stopsAt, { csrf_token: csrf_token.value }).catch(() => null)
    if (!response?.ok) refuse(await wordsOf(response))
  }
}
