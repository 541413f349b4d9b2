// Keeps a message where it stands in the window while another page shows another version of it, or a form for it.
// Without this the browser does what the address says: the message goes to the top.

const KEY = "parley:place"

// Whether this page has its place by that.
export function keepPlaces(log) {
  log.addEventListener("click", event => {
    const link = event.target.closest(".message a[href^='/'][href*='#']")
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) take(link)
  })
  return restore()
}

function take(link) {
  const { hash } = link
  try {
    sessionStorage.setItem(KEY, JSON.stringify([link.href.replace(hash, ""), hash, topOf(link)]))
    link.hash = ""
  } catch {} // a browser that keeps nothing does what the address says
}

function restore() {
  const [href, hash, top] = JSON.parse(recall() ?? "[]")
  const target = href === location.href && document.querySelector(hash)
  if (!target) return false

  scrollBy({ top: topOf(target) - top, behavior: "instant" })
  return true
}

function topOf(element) {
  return element.closest(".message").getBoundingClientRect().top
}

// For once: whoever comes here again by the same address may have stood elsewhere.
function recall() {
  try {
    const place = sessionStorage.getItem(KEY)
    sessionStorage.removeItem(KEY)
    return place
  } catch {}
}
