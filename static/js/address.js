// Keeps the address, the title and the list of conversations true to what the page shows.

let shown = location.pathname

export function keepAddress() {
  document.addEventListener("parley:started", ({ detail }) => show(detail))
  addEventListener("popstate", () => { if (location.pathname !== shown) location.reload() })
}

// A new conversation has an address and a place in the list as soon as its first message is kept.
// What is new is on the newest branch from then on. An answer that goes on in its place leaves the branch as it is.
function show({ url, title, isNew }) {
  if (location.pathname === "/") history.pushState(null, "", url)
  else if (isNew) history.replaceState(null, "", url) // no way back to a refused form, or to a version that was gone on from

  shown = url
  name(title)
  list(url, title)
  const options = document.querySelector("[data-options]")
  Object.assign(options, { href: `${url}/options`, hidden: false })
}

function name(title) {
  const heading = document.querySelector("[data-title]")
  if (heading.textContent === title) return

  document.title = `${title} · ${document.title}`
  heading.textContent = title
}

function list(url, title) {
  const headings = document.querySelector("[data-headings]")
  const entry = headings.querySelector(`a[href="${url}"]`)?.closest("li") ?? newEntry(url, title)
  if (!entry.closest("[data-group=Pinned]")) headings.querySelector("[data-group=Today] ul").prepend(entry)
}

function newEntry(url, title) {
  const entry = document.querySelector("[data-heading]").content.cloneNode(true).querySelector("li")
  const [link, options] = entry.querySelectorAll("a")
  Object.assign(link, { href: url, textContent: title })
  Object.assign(options, { href: `${url}/options`, ariaLabel: `Options for ${title}` })
  return entry
}
