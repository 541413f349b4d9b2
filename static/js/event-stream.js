// Reads a streamed response, event by event, as our server writes it (docs/stream.md).

export async function* eventsIn(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ""

  try {
    while (true) {
      const { value, done } = await reader.read()
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

export function parse(frame) {
  const [, name, data] = frame.match(/^event: (.*)\ndata: (.*)$/)
  return { ...JSON.parse(data), name }
}
