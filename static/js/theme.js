// Light or dark at once, in this tab and the others, while the server remembers it for the next page.

const SYSTEM = "system"

const tabs = "BroadcastChannel" in window ? new BroadcastChannel("parley:theme") : null

export function takeThemes() {
  document.querySelector("[data-theme-form]")?.addEventListener("submit", choose)
  tabs?.addEventListener("message", ({ data }) => show(data))
}

function choose(event) {
  const { target: form, submitter } = event
  event.preventDefault()
  show(submitter.value)
  tabs?.postMessage(submitter.value)
  const body = new URLSearchParams(new FormData(form, submitter))
  const headers = { Accept: "application/json" }
  fetch(form.action, { method: "POST", body, headers, keepalive: true }).catch(() => {}) // it still holds on this page
}

// As templates/base.html and _theme.html render it.
function show(theme) {
  if (theme === SYSTEM) delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  for (const meta of document.querySelectorAll("[data-scheme]")) meta.media = mediaOf(meta.dataset.scheme, theme)
  for (const button of document.querySelectorAll("[data-theme-form] button")) button.ariaPressed = button.value === theme
}

function mediaOf(scheme, theme) {
  if (theme === SYSTEM) return `(prefers-color-scheme: ${scheme})`
  return scheme === theme ? "all" : "not all"
}
