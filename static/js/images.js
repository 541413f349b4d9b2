// Images for the next message: picked, pasted or dropped, sent to the server at once, and shown as it answers.

import { fragment } from "./html.js"
import { wordsOf } from "./post.js"

const MOST = 4
const TOO_MANY = "Four images can go with one message, and no more."

let form, list
let coming = 0 // how many are on their way
let isDue = false // whether the form waits for them to be sent

export function takeImages() {
  form = document.querySelector(".composer__form")
  list = form?.querySelector("[data-images]")
  if (!list) return

  form.addEventListener("change", ({ target }) => { if (target === picker()) takePicked(target) })
  form.addEventListener("click", clicked)
  form.addEventListener("paste", event => takeFrom(event, event.clipboardData))
  form.addEventListener("drop", event => takeFrom(event, event.dataTransfer))
  form.addEventListener("dragover", event => { if (event.dataTransfer.types.includes("Files")) event.preventDefault() })
  document.addEventListener("submit", wait, true)
  document.addEventListener("parley:started", () => { list.replaceChildren(); changed() })
}

function takePicked(field) {
  take([...field.files])
  field.value = ""
}

// What is copied from a text with pictures in it is both; then it is the text that is meant.
function takeFrom(event, { files, types }) {
  if (!picker() || !files.length || types.includes("text/plain")) return

  event.preventDefault()
  take([...files])
}

function clicked({ target }) {
  if (target.closest("[data-pick]")) picker().click()
  if (!target.closest("[data-remove]")) return

  target.closest("li").remove()
  form.elements.message.focus()
  changed()
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
  const response = await sent(file)
  if (response?.ok) place.replaceWith(fragment((await response.json()).html))
  else fail(place, await wordsOf(response))
  coming--
  changed()
}

async function sent(file) {
  const body = new FormData()
  body.append("csrf_token", form.elements.csrf_token.value)
  body.append("file", file)
  return fetch(form.dataset.upload, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null)
}

function fail(place, words) {
  place.remove()
  isDue = false
  refuse(`${form.querySelector("[data-refusal]").textContent} ${words}`)
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
  const refusal = form.querySelector("[data-refusal]")
  refusal.textContent = words
  refusal.hidden = !words
}

function picker() {
  return form.elements.file
}
