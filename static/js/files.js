// Files that are dropped anywhere on the page, or pasted: images go along with the message, texts go into it.

import { attach } from "./images.js"
import { refuseAlso } from "./refusal.js"
import { insertTexts } from "./texts.js"

let form

// None takes the page away, also where there is no composer.
export function takeFiles() {
  form = document.querySelector(".composer__form")
  for (const type of ["dragover", "dragleave", "drop"]) document.addEventListener(type, dragged)
  form?.addEventListener("paste", pasted)
}

function dragged(event) {
  const { type, relatedTarget, dataTransfer } = event
  if (!dataTransfer.types.includes("Files")) return

  event.preventDefault()
  form?.toggleAttribute("data-dropping", type === "dragover" || relatedTarget !== null && type === "dragleave")
  if (type === "drop" && form) take([...dataTransfer.files])
}

// What is copied from a text processor is both; then the text is meant.
function pasted(event) {
  const { files, types } = event.clipboardData
  if (!files.length || types.includes("text/plain")) return

  event.preventDefault()
  take([...files])
}

async function take(files) {
  const refusal = await insertTexts(files.filter(file => !isImage(file)), form.elements.message)
  attach(files.filter(isImage))
  if (refusal) refuseAlso(refusal)
}

// A drawing in SVG is read as what it is: text.
function isImage({ type }) {
  return form.elements.file && /^image\/(?!svg)/.test(type)
}
