// How long a message is, told where that matters. The server counts again: it is the judge.

const NEAR = 0.9 // of the greatest length: from there on one wants to know

export function tellLength(message) {
  const { limit } = message.dataset
  const place = message.form.querySelector("[data-length]")
  place.hidden = message.value.length < NEAR * limit
  place.textContent = place.hidden ? "" : `${inWords(lengthOf(message.value))} characters of ${inWords(limit)}`
  place.toggleAttribute("data-over", isTooLong(message.value, message))
}

export function isTooLong(text, { dataset: { limit } }) {
  return text.length > limit && lengthOf(text) > limit
}

export function inWords(number) { return Number(number).toLocaleString("en") }

// As Python counts: one for a character that is two to JavaScript.
function lengthOf(text) { return [...text.trim()].length }
