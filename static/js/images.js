// Images for the next message: picked, pasted or dropped, sent at once, and shown as the server answers.

import { fragment } from "./html.js"
import { wordsOf } from "./post.js"

const MOST = 4
const TOO_MANY = "Only four images can go with one message."

let form, list
let coming = 0 // images on their way
let isDue = false // whether the message goes once they are there

export function takeImages() {
  form = document.querySelector(".composer__form")
  list = form?.querySelector("[data-images]")
  if (!list) return

  form.addEventListener("change", picked)
  form.addEventListener("click", clicked)
  form.addEventListener("paste", event => takeFrom(event, event.clipboardData))
  form.addEventListener("drop", event => takeFrom(event, event.dataTransfer))
  form.addEventListener("dragover", event => { if (event.dataTransfer.types.includes("Files")) event.preventDefault() })
  document.addEventListener("submit", wait, true)
}

function picked({ target }) {
  if (target !== picker()) return

  take([...target.files])
  target.value = ""
}

// What is copied from a text processor is both; then the text is meant.
function takeFrom(event, { files, types }) {
  if (!picker() || !files.length || types.includes("text/plain")) return

  event.preventDefault()
  take([...files])
}

function take(files) {
  const room = MOST - list.children.length
  refuse(files.length > room ? TOO_MANY : "")
  files.slice(0, room).forEach(upload)
}

async function upload(file) {
  const place = form.querySelector("[data-coming]").content.cloneNode(true).firstElementChild
  list.append(place)
  coming++
  changed()
  const response = await sent(file).catch(() => null)
  if (response?.ok) {
    place.replaceWith(fragment((await response.json()).html))
  } else {
    place.remove()
    isDue = false
    refuse(`${refusal().textContent} ${await wordsOf(response)}`)
  }
  coming--
  changed()
}

function sent(file) {
  const body = new FormData()
  body.append("csrf_token", form.elements.csrf_token.value)
  body.append("file", file)
  return fetch(form.dataset.upload, { method: "POST", body, headers: { Accept: "application/json" } })
}

function clicked({ target }) {
  if (target.closest("[data-pick]")) picker().click()
  if (!target.closest("[data-remove]")) return

  target.closest("li").remove()
  form.elements.message.focus()
  changed()
}

function wait(event) {
  if (event.target !== form || !coming) return

  event.preventDefault()
  event.stopImmediatePropagation()
  isDue = true
}

function changed() {
  form.elements.message.required = !list.children.length
  if (coming || !isDue) return

  isDue = false
  form.requestSubmit()
}

function refuse(words) {
  refusal().textContent = words
  refusal().hidden = !words
}

function refusal() { return form.querySelector("[data-refusal]") }
function picker() { return form.elements.file }
