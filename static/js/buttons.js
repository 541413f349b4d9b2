// The button of the composer: it sends, or stops the answer that runs.

import { isTouch } from "./keys.js"
import { post, wordsOf } from "./post.js"
import { refuse } from "./refusal.js"

export class Buttons {
  #stopsAt // the address where that is done

  constructor(composer) {
    this.composer = composer
    this.send = composer.querySelector("[data-send]")
    this.stop = composer.querySelector("[data-stop]")
    this.stop.addEventListener("click", () => this.endAnswer())
  }

  get areBusy() { return this.send.hidden || this.send.disabled }

  // While a button goes that has the focus, the focus goes to the text.
  show(state, stopsAt) {
    const hadFocus = this.composer.contains(document.activeElement) || document.activeElement === document.body
    this.#stopsAt = stopsAt
    this.stop.hidden = !stopsAt
    this.send.hidden = Boolean(stopsAt)
    this.send.disabled = state === "sending"
    if (hadFocus && !isTouch()) this.composer.message.focus({ preventScroll: true })
  }

  // What is being written stays here.
  async endAnswer() {
    if (!this.#stopsAt) return

    const { form } = this.send
    const token = { csrf_token: form.elements.csrf_token.value }
    const response = await post(form, this.#stopsAt, token).catch(() => null)
    if (!response?.ok) refuse(await wordsOf(response))
  }
}
