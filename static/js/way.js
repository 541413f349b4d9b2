// <parley-way from="/setup/pieces" seconds="0.45"> asks for a few pieces that are sent with pauses, and shows the one of the
// findings in it that holds: they arrived over that time or longer, all at once, or not at all.

class Way extends HTMLElement {
  async connectedCallback() {
    const verdict = await this.#verdict().catch(() => "broken")
    this.querySelector(`[data-as="${verdict}"]`).hidden = false
  }

  // Private

  async #verdict() {
    const response = await fetch(this.getAttribute("from"), { headers: { Accept: "text/event-stream" } })
    if (!response.ok) return "broken"
    const moments = []
    for (const reader = response.body.getReader(); !(await reader.read()).done;) moments.push(performance.now())
    return moments.at(-1) - moments[0] >= 1000 * this.getAttribute("seconds") ? "ok" : "warning"
  }
}

customElements.define("parley-way", Way)
