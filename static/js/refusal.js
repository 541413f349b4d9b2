// Says in the composer why something was not done, and marks the field that is to be changed, or counts the seconds down.

export function refuse(words, field, seconds) {
  const place = document.querySelector("[data-refusal]")
  place.textContent = words
  place.hidden = !words
  if (seconds) place.append(" ", countdown(seconds))
  for (const marked of place.closest("form").querySelectorAll("[aria-invalid]")) unmark(marked)
  if (field) mark(field)
}

export function refuseAlso(words) {
  refuse(`${document.querySelector("[data-refusal]").textContent} ${words}`)
}

function countdown(seconds) {
  const element = document.createElement("parley-countdown")
  element.setAttribute("role", "timer") // or each second would be read out
  element.setAttribute("seconds", seconds)
  return element
}

// One in the panel of settings has nothing else that describes it.
function mark(field) {
  const panel = field.closest("details")
  if (panel) {
    panel.open = true
    field.setAttribute("aria-describedby", "refusal")
  }
  field.setAttribute("aria-invalid", "true")
  field.focus()
}

function unmark(field) {
  field.removeAttribute("aria-invalid")
  if (field.closest("details")) field.removeAttribute("aria-describedby")
}
