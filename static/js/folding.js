// Runs before anything of a long conversation is shown. Where the page is going to show its end, what stands far above is left
// out by the browser (message.css): each message is laid out when a reader comes near.
//
// Until then its height is guessed, and nothing stands as many pixels from the top as it will another time. So the place of a
// reader who reloads such a page, or finds the way back to it, is kept by the message that stood there.

const AT_THE_END = 10 // messages that are never left out: more than a window shows
const PREFIX = "parley:left:"

const log = document.querySelector("[role=log]")

if (canFold() && isForTheEnd()) fold()
else if (history.scrollRestoration === "manual") comeBack()

function fold() {
  for (const message of [...log.children].slice(0, -AT_THE_END)) message.toggleAttribute("data-folded", true)
  scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" }) // or its beginning would be shown first
  history.scrollRestoration = "manual" // this place in the history stays so
  keepPlace()
}

function comeBack() {
  const [id, top] = JSON.parse(sessionStorage.getItem(PREFIX + location.href) ?? "[]")
  const message = document.getElementById(id)
  if (message) scrollBy({ top: topOf(message) - top, behavior: "instant" })
  keepPlace()
}

// A browser that holds on to what is seen when heights above it change, and that keeps what it is told to.
function canFold() {
  try {
    return CSS.supports("overflow-anchor", "auto") && Boolean(sessionStorage)
  } catch {
    return false
  }
}

// Where the browser or places.js knows a place, each height above it counts.
function isForTheEnd() {
  const [{ type } = {}] = performance.getEntriesByType("navigation")
  return type === "navigate" && !location.hash && !sessionStorage.getItem("parley:place")
}

function keepPlace() {
  for (const type of ["pagehide", "visibilitychange"]) addEventListener(type, note)
}

function note() {
  const message = [...log.children].find(one => one.getBoundingClientRect().bottom > 0)
  if (message) sessionStorage.setItem(PREFIX + location.href, JSON.stringify([message.id, topOf(message)]))
}

function topOf(message) {
  return message.getBoundingClientRect().top
}
