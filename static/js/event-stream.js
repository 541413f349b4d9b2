// Reads a streamed response, event by event, as our server writes it (docs/stream.md).

const SILENCE = 40_000 // milliseconds; the server says something every 15 s, so a line silent for longer is dead

// Ends when the response does, and throws when the line breaks, falls silent, or is given up by `signal`.
export async function* eventsIn(response, signal) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ""

  try {
    while (true) {
      const { value, done } = await unlessBroken(reader.read(), signal)
      if (done) return

      const frames = (rest + value).split("\n\n")
      rest = frames.pop()
      for (const frame of frames) {
        yield frame.startsWith(":") ? { name: "heartbeat" } : parse(frame)
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

function unlessBroken(read, signal) {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Error("the line is dead"))
    const timer = setTimeout(giveUp, SILENCE)
    signal.addEventListener("abort", giveUp, { once: true })
    read.then(resolve, reject).finally(() => {
      clearTimeout(timer)
      signal.removeEventListener("abort", giveUp)
    })
  })
}
