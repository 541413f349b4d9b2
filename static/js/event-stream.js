// Reads a streamed response, event by event, as our server writes it (docs/stream.md).

const SILENCE = 40_000 // milliseconds; the server says something every 15 s, so a line silent for longer is dead

export async function* eventsIn(response, silence = SILENCE) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ""

  try {
    while (true) {
      const { value, done } = await within(silence, reader.read())
      if (done) return

      const frames = (rest + value).split("\n\n")
      rest = frames.pop()
      for (const frame of frames) {
        if (!frame.startsWith(":")) yield parse(frame)
      }
    }
  } finally {
    reader.cancel().catch(() => {})
  }
}

function parse(frame) {
  const [, name, data] = frame.match(/^event: (.*)\ndata: (.*)$/)
  return { ...JSON.parse(data), name }
}

async function within(milliseconds, promise) {
  let timer
  const silence = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error("silence")), milliseconds) })
  try {
    return await Promise.race([promise, silence])
  } finally {
    clearTimeout(timer)
  }
}
