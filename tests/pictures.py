"""Files that visitors send: pictures of every kind, and what only looks like one."""

import os
import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image, ImageCms, PngImagePlugin

PLACE = (52.0, 31.0, 12.0)  # degrees, minutes and seconds that nobody else is to know
TURNED = 6  # how a phone says that it was held upright


def flag(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    return image.convert(mode)


def written(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def png(width: int = 60, height: int = 40, mode: str = "RGB") -> bytes:
    return written(flag(width, height, mode), "PNG")


def jpeg(width: int = 60, height: int = 40, mode: str = "RGB") -> bytes:
    return written(flag(width, height, mode), "JPEG")


def photo(kind: str = "JPEG") -> bytes:
    """As a phone writes it: lying on its side, with the place, the camera, a comment and colours of its own."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = TURNED
    exif[ExifTags.Base.Make] = "Nosy Phone"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: PLACE, 3: "W", 4: PLACE})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><secret/></x:xmpmeta>"
    options: dict[str, Any] = {"exif": exif, "icc_profile": profile}
    if kind == "JPEG":
        options |= {"xmp": xmp, "comment": b"a secret"}
    if kind == "WEBP":
        options |= {"xmp": xmp}
    if kind == "PNG":
        told = PngImagePlugin.PngInfo()
        told.add_text("Comment", "a secret")
        options["pnginfo"] = told
    return written(flag(400, 200), kind, **options)


def animation() -> bytes:
    """First red and blue, then green all over."""
    green = Image.new("RGB", (60, 40), "green")
    return written(flag(), "GIF", save_all=True, append_images=[green])


def sixteen_bits() -> bytes:
    """Grey, half as bright as it could be."""
    return written(Image.frombytes("I;16", (60, 40), b"\x00\x80" * 2400), "PNG")


def noise(side: int) -> bytes:
    """What can't be packed: three bytes a pixel."""
    return _png(side, side, zlib.compress(b"".join(b"\0" + os.urandom(side * 3) for _ in range(side)), 0))


def claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose head says that it's as large as that."""
    return _png(width, height, zlib.compress(b"\0" * 100))


def _png(width: int, height: int, packed: bytes) -> bytes:
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
