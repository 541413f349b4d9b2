// The sign that tells how the line to the server is. While all is well there is nothing to tell.

const WORTH_A_WORD = 1000 // milliseconds; most breaks are over before anybody need know
const GOOD_NEWS = 2000 // milliseconds that "Connected" stands there
const OFFLINE = "You are offline. What you write is kept."

export class Connection {
  #timer = null
  #isLost = false

  constructor(sign) {
    this.sign = sign
    addEventListener("offline", () => this.#lost(0, OFFLINE))
    addEventListener("online", () => this.found())
  }

  lost() {
    if (!this.#isLost) this.#lost(WORTH_A_WORD, "Reconnecting")
  }

  found() {
    if (!this.#isLost) return

    this.#isLost = false
    clearTimeout(this.#timer)
    if (this.sign.hidden) return

    this.#show("Connected")
    this.#soon(GOOD_NEWS, "")
  }

  // Private

  #lost(milliseconds, words) {
    this.#isLost = true
    this.#soon(milliseconds, words)
  }

  #soon(milliseconds, words) {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#show(words), milliseconds)
  }

  #show(words) {
    this.sign.textContent = words
    this.sign.hidden = !words
  }
}
