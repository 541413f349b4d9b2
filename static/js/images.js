// Images for the next message: sent at once, and shown as the server answers.

import { fragment } from "./html.js"
import { wordsOf } from "./post.js"
import { refuse, refuseAlso } from "./refusal.js"

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
  document.addEventListener("submit", wait, true)
}

export function attach(files) {
  const room = MOST - list.children.length
  refuse(files.length > room ? TOO_MANY : "")
  files.slice(0, room).forEach(upload)
}

// Private

function picked({ target }) {
  if (target !== picker()) return

  attach([...target.files])
  target.value = ""
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
    refuseAlso(await wordsOf(response))
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

function picker() { return form.elements.file }
