// Text files for the next message: what they hold is put where the caret is.

import { inWords, isTooLong } from "./counting.js"

const BYTES = 4 // of a character, at most

// Returns why some could not be taken, in words.
export async function insertTexts(files, message) {
  const { limit } = message.dataset
  let refusal = ""
  for (const file of files) {
    const text = await textOf(file.slice(0, BYTES * limit + BYTES)).catch(() => "\0")
    if (text.includes("\0")) refusal += `“${file.name}” can't be read as text. `
    else if (!insert(text, message)) refusal += `“${file.name}” is too long: a message has room for ${inWords(limit)} characters. `
  }
  return refusal
}

async function textOf(start) {
  return new TextDecoder("utf-8", { fatal: true }).decode(await start.arrayBuffer(), { stream: true }).replaceAll("\r\n", "\n")
}

// On a line of its own, and if there is room. By the browser's own command, old as it is: only that can be undone by a key.
function insert(text, message) {
  const lines = /(^|\n)$/.test(message.value.slice(0, message.selectionEnd)) ? text : `\n${text}`
  if (isTooLong(message.value + lines, message)) return false

  message.focus()
  message.selectionStart = message.selectionEnd
  document.execCommand("insertText", false, lines)
  return true
}
