// What the page shows may be out of date: a phone woke, the network is back, another tab has said something.
// Then the page is read again, and what differs takes its place.

import { fragment } from "./html.js"

const tabs = "BroadcastChannel" in window ? new BroadcastChannel("parley") : null

export function whenOutOfDate(react) {
  document.addEventListener("visibilitychange", () => { if (isSeen()) react() })
  addEventListener("pageshow", event => { if (event.persisted) react() })
  addEventListener("online", react)
  tabs?.addEventListener("message", () => { if (isSeen()) react() }) // a hidden one looks once it is seen again
  for (const type of ["parley:started", "parley:answered"]) document.addEventListener(type, () => tabs?.postMessage(type))
}

// The page as the server has it now, or null where it can't be had.
export async function readAgain() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null)
  return response?.ok ? fragment(await response.text()) : null
}

// Makes the messages those of a newer page. Those that are the same, or being written here, stay where they are.
export function bringUpToDate(log, newer, isBeingWritten) {
  const ids = new Set(Array.from(newer.children, message => message.id))
  for (const ours of [...log.children]) {
    if (!ids.has(ours.id) && !isBeingWritten(ours)) ours.remove()
  }
  let before = null
  for (const theirs of [...newer.children]) {
    const ours = document.getElementById(theirs.id)
    const stays = ours && (isBeingWritten(ours) || isSame(ours, theirs))
    if (!ours) before ? before.after(theirs) : log.prepend(theirs)
    else if (!stays) ours.replaceWith(theirs)
    before = stays ? ours : theirs
  }
}

function isSeen() {
  return document.visibilityState === "visible"
}

function isSame(ours, theirs) {
  return ours.dataset.state === theirs.dataset.state && blocksOf(ours) === blocksOf(theirs) && footOf(ours) === footOf(theirs)
}

function blocksOf(message) {
  return message.querySelector("[data-blocks]")?.innerHTML.trim()
}

function footOf(message) {
  return message.querySelector("[data-foot]").textContent.replace(/\s+/g, " ")
}
