// Lets the message be as tall as its text in browsers that don't know `field-sizing: content`.

const AS_TALL_AS_CAN_BE = 10_000 // characters, however they are set

// What is around it keeps its size meanwhile: a page that is shorter for a moment would be scrolled.
export function growWithText(message) {
  if (CSS.supports("field-sizing", "content")) return

  const { style, value } = message
  const around = message.form.parentElement
  around.style.minBlockSize = `${around.offsetHeight}px`
  style.blockSize = "auto"
  style.blockSize = value.length > AS_TALL_AS_CAN_BE ? "100dvh" : `${message.scrollHeight}px`
  around.style.minBlockSize = ""
}
