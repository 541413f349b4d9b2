"""Files of any kind become pictures that can be shown to anybody, or are refused with words."""

from io import BytesIO

import pytest
from PIL import Image

from parley.images import Picture, Refused, read
from tests import pictures

RED, BLUE, GREY = (255, 0, 0), (0, 0, 255), (128, 128, 128)

NAMES = (
    "nothing text svg html gif-and-script bmp tiff half-a-jpeg half-a-png png-of-junk"
    " 100-megapixels 900-megapixels 20-megabytes"
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def look(picture: Picture) -> Image.Image:
    image = Image.open(BytesIO(picture.content))
    assert image.get_format_mimetype() == picture.media_type
    assert image.size == (picture.width, picture.height)
    return image


def assert_colour(image: Image.Image, place: tuple[float, float], wanted: tuple[int, int, int]) -> None:
    """Nearly so: a JPEG is never quite what it was."""
    point = (int(image.width * place[0]), int(image.height * place[1]))
    seen = image.convert("RGB").getpixel(point)
    assert isinstance(seen, tuple)
    assert max(abs(one - other) for one, other in zip(seen, wanted, strict=True)) < 12, seen


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (pictures.png(), "image/png"),
        (pictures.png(mode="P"), "image/png"),
        (pictures.png(mode="RGBA"), "image/png"),
        (pictures.jpeg(), "image/jpeg"),
        (pictures.jpeg(mode="CMYK"), "image/jpeg"),
        (pictures.animation(), "image/png"),
        (pictures.written(pictures.flag(), "WEBP", lossless=True), "image/png"),
    ],
    ids=["png", "palette", "transparent", "jpeg", "cmyk", "animation", "webp"],
)
def test_each_kind_becomes_one_that_every_model_and_browser_knows(content: bytes, media_type: str) -> None:
    picture = read(content)
    assert picture.media_type == media_type
    assert_colour(look(picture), (0.25, 0.5), RED)
    assert_colour(look(picture), (0.75, 0.5), BLUE)


def test_sixteen_bits_are_as_bright_as_they_were() -> None:
    assert_colour(look(read(pictures.sixteen_bits())), (0.5, 0.5), GREY)


def test_what_shines_through_still_does() -> None:
    glass = Image.new("RGBA", (10, 10), (255, 0, 0, 0))
    assert look(read(pictures.written(glass, "PNG"))).getchannel("A").getextrema() == (0, 0)


@pytest.mark.parametrize(
    ("sent", "kept"), [((4000, 3000), (1568, 1176)), ((20, 9000), (3, 1568)), ((9000, 2), (1568, 1)), ((7, 5), (7, 5))]
)
def test_no_side_is_longer_than_models_look_at(sent: tuple[int, int], kept: tuple[int, int]) -> None:
    for content in (pictures.jpeg(*sent), pictures.png(*sent)):
        picture = read(content)
        assert (picture.width, picture.height) == kept


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_turned_upright_and_tells_nothing_but_the_picture(kind: str) -> None:
    sent = pictures.photo(kind)
    assert b"Nosy Phone" in sent
    image = look(picture := read(sent))
    assert image.size == (200, 400)
    assert_colour(image, (0.5, 0.25), RED)
    assert_colour(image, (0.5, 0.75), BLUE)
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for word in (b"Nosy", b"Exif", b"eXIf", b"secret", b"iCCP", b"ICC_PROFILE"):
        assert word not in picture.content


def test_what_lies_behind_a_picture_is_not_kept() -> None:
    assert b"script" not in read(pictures.jpeg() + b"<script>alert(1)</script>").content


def test_a_photo_is_small_enough_however_wild_it_is() -> None:
    assert len(read(pictures.noise(1568)).content) < 3_000_000


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no PNG"),
        (b"Hello", "no PNG"),
        (SVG, "no PNG"),
        (b"<html><body>GIF89a</body></html>", "no PNG"),
        (b"GIF89a/*" + b" " * 50 + b"*/=1;<script>alert(1)</script>", "no PNG"),
        (pictures.written(pictures.flag(), "BMP"), "no PNG"),
        (pictures.written(pictures.flag(), "TIFF"), "no PNG"),
        (pictures.jpeg(600, 400)[:2000], "damaged"),
        (pictures.png(600, 400)[:300], "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 500, "no PNG"),
        (pictures.claims(10_000, 10_000), "more pixels"),
        (pictures.claims(30_000, 30_000), "more pixels"),
        (pictures.noise(2650), "larger than 10 MB"),
    ],
    ids=NAMES.split(),
)
def test_what_is_no_picture_that_can_be_sent_is_refused_with_words(content: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        read(content)
