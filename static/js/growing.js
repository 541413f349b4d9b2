// The composer takes room from the transcript when it grows. Who reads the end of it keeps that in sight.

const AT_THE_END = 24 // pixels, as in following.js
const AS_TALL_AS_CAN_BE = 10_000 // characters, however they are set

// For browsers that don't know `field-sizing: content`. What is around it keeps its size meanwhile: a page that is
// shorter for a moment would be scrolled.
export function growWithText(message) {
  if (CSS.supports("field-sizing", "content")) return

  const { style, value } = message
  const around = message.form.parentElement
  around.style.minBlockSize = `${around.offsetHeight}px`
  style.blockSize = "auto"
  style.blockSize = value.length > AS_TALL_AS_CAN_BE ? "100dvh" : `${message.scrollHeight}px`
  around.style.minBlockSize = ""
}

export function keepEndInSight(floor) {
  const root = document.documentElement
  let below
  const look = () => { below = root.scrollHeight - innerHeight - scrollY }
  const stay = () => {
    if (below <= AT_THE_END && document.querySelector(".message")) scrollTo({ top: root.scrollHeight, behavior: "instant" })
    look()
  }
  look()
  addEventListener("scroll", look, { passive: true })
  addEventListener("resize", stay)
  new ResizeObserver(stay).observe(floor)
}
