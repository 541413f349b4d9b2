"""The process in which one file is read: its bytes come in, a line about the picture and the picture's bytes go out."""

import json
import resource
import sys

from parley.images.decoding import picture
from parley.images.picture import TOO_LARGE, Refused

MEMORY = 512 * 1024 * 1024  # bytes of addresses; what wants more is too large
SECONDS = 10  # of the processor


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        read = picture(sys.stdin.buffer.read())
    except Refused as refusal:
        _answer({"refused": str(refusal)})
    except MemoryError:
        _answer({"refused": TOO_LARGE})
    else:
        _answer({"media_type": read.media_type, "width": read.width, "height": read.height}, read.content)


def _answer(head: dict[str, object], content: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + content)


if __name__ == "__main__":
    main()
