// Keeps a message where it stands in the window while another page shows another version of it, or a form for it.
// Without this the browser does what the address says: the message goes to the top.

const KEY = "parley:place"

export function keepPlaces(log) {
  restore()
  log.addEventListener("click", ({ target }) => {
    const link = target.closest(".message a[href*='#']")
    if (link) remember(link.href, topOf(link))
  })
}

function restore() {
  const [href, top] = JSON.parse(recall() ?? "[]")
  const target = location.hash && document.getElementById(location.hash.slice(1))
  if (target && href === location.href) scrollBy({ top: topOf(target) - top, behavior: "instant" })
}

function topOf(element) {
  return element.closest(".message").getBoundingClientRect().top
}

// A browser that keeps nothing throws; then the address is good enough.
function remember(...place) {
  try { sessionStorage.setItem(KEY, JSON.stringify(place)) } catch {}
}

// For once: whoever comes here again by the same address may stand elsewhere.
function recall() {
  try {
    const place = sessionStorage.getItem(KEY)
    sessionStorage.removeItem(KEY)
    return place
  } catch {}
}
