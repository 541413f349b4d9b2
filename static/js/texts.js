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

// On a line of its own, and if there is room. The browser's command for this could be undone by a key, and takes a second
// for a book: it tells of every line.
function insert(text, message) {
  const { value, selectionEnd: caret } = message
  const lines = /(^|\n)$/.test(value.slice(0, caret)) ? text : `\n${text}`
  if (isTooLong(value + lines, message)) return false

  message.setRangeText(lines, caret, caret, "end")
  message.dispatchEvent(new Event("input", { bubbles: true }))
  message.focus()
  return true
}
