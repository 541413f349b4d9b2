// What keys do, wherever the focus is. While an input method composes a word they are all its own.

const REACTIONS = { "Escape": escape, "Enter": enter, "ArrowUp": editLast, "/": beginToWrite }

export function obeyKeys(composer) {
  document.addEventListener("keydown", event => {
    const isComposed = event.isComposing || event.keyCode === 229 // Safari tells of the last key by its code only
    if (!isComposed) REACTIONS[event.key]?.(event, composer)
  })
}

// Whether the keyboard is most likely one on the screen, where Enter is the only way to break a line. A tablet with
// keys of its own looks the same, and some phones claim to have a mouse: Ctrl+Enter is there for whoever has the key.
export function isTouch() {
  return matchMedia("(pointer: coarse)").matches
}

// Private

// The innermost goes first: what a list or a drawer does by itself, an edit, a panel, and in the end the answer.
function escape({ target }, composer) {
  if (target.matches("select") || isCovered()) return

  const panel = composer.querySelector("details[open]")
  const edit = target.closest("[data-edit]")
  if (edit) edit.querySelector("[data-cancel]").click()
  else if (panel) close(panel)
  else if (target === composer.message || !isField(target)) composer.buttons.endAnswer()
}

function enter(event, composer) {
  const { target } = event
  if (target.type === "text" && composer.contains(target)) return focusMessage(event, composer) // it sends nothing yet
  if (target.name !== "message" || event.shiftKey || isTouch() && !event.ctrlKey && !event.metaKey) return

  event.preventDefault()
  if (target !== composer.message) target.form.querySelector("button").click()
  else if (composer.hasWords) target.form.requestSubmit()
}

function editLast({ target }, composer) {
  const isEmpty = !composer.message.value && !composer.hasWords
  if (target === composer.message && isEmpty) [...document.querySelectorAll("[data-edit-link]")].at(-1)?.click()
}

function beginToWrite(event, composer) {
  const hasModifier = event.ctrlKey || event.metaKey || event.altKey
  if (!hasModifier && !isField(event.target) && !isCovered()) focusMessage(event, composer)
}

function focusMessage(event, composer) {
  event.preventDefault()
  composer.message.focus()
}

function close(panel) {
  if (panel.contains(document.activeElement)) panel.querySelector("summary").focus()
  panel.open = false
}

function isField(element) { return element.matches("input, select, textarea") }
function isCovered() { return document.querySelector(":popover-open") !== null }
