// Sends a form as a script does: what comes back is the stream of an answer, or JSON with the words of a refusal.

import { span } from "./countdown.js"

const PATIENCE = 30_000 // milliseconds until the first byte; the server answers at once, before any model does

const UNREACHABLE = "The server can't be reached. Try again."

export async function post(form, address = form.action, fields = new FormData(form)) {
  const impatience = new AbortController()
  const timer = setTimeout(() => impatience.abort(), PATIENCE)
  try {
    return await fetch(address, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { Accept: "text/event-stream" },
      signal: impatience.signal,
    })
  } finally {
    clearTimeout(timer)
  }
}

// Why something was not done, in words for the visitor. There may be no response at all.
export async function wordsOf(response) {
  try {
    const { kind, message, retry_after } = (await response.json()).error
    return kind === "too_often" ? `${message} You can retry in ${span(retry_after)}.` : message
  } catch {
    return UNREACHABLE
  }
}
