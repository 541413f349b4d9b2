"""From the bytes of a file to a picture that can be kept: upright, no larger than models look at, without metadata."""

from io import BytesIO

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError, WebPImagePlugin

from parley.images.picture import MOST_BYTES, NO_IMAGE, TOO_HEAVY, TOO_LARGE, Picture, Refused

KINDS = ("PNG", "JPEG", "GIF", WebPImagePlugin.WebPImageFile.format)
PALETTES = ("1", "P", "PA")
PHOTOS = ("JPEG", "MPO")  # as phones write them; the second has further pictures behind the first
MOST_PIXELS = 24_000_000  # the screenshot of a 6K screen has 20 million; each takes up to 16 bytes while it is read
MOST_PIXELS_OF_A_PHOTO = 50_000_000  # it can be read at a half, a quarter or an eighth of its size
LONGEST_SIDE = 1568  # pixels; what is larger than this, models make smaller themselves
LARGEST_LOSSLESS = 1024 * 1024  # bytes; a drawing stays sharp, a photo that came as PNG becomes a JPEG
QUALITY = 85


def picture(content: bytes) -> Picture:
    """The picture in a file, of several the first. Raises Refused; whatever else it raises means that it is damaged."""
    if len(content) > MOST_BYTES:
        raise Refused(TOO_HEAVY)
    image = _opened(content)
    is_photo = image.format in PHOTOS
    if image.width * image.height > (MOST_PIXELS_OF_A_PHOTO if is_photo else MOST_PIXELS):
        raise Refused(TOO_LARGE)
    plain = _plain(ImageOps.exif_transpose(_small(image)))
    return _photo(plain) if is_photo else _drawing(plain)


def _opened(content: bytes) -> Image.Image:
    """The image with its head read and nothing else. What it is, its bytes say, and never its name."""
    try:
        return Image.open(BytesIO(content), formats=[kind for kind in KINDS if kind])
    except UnidentifiedImageError as error:
        raise Refused(NO_IMAGE) from error
    except Image.DecompressionBombError as error:
        raise Refused(TOO_LARGE) from error


def _small(image: Image.Image) -> Image.Image:
    """As large as it is to be, before anything else is done that would take its memory once more."""
    share = min(1, LONGEST_SIDE / max(image.size))
    size = (max(1, round(image.width * share)), max(1, round(image.height * share)))
    image.draft(None, size)
    return _in_shades(image).resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _in_shades(image: Image.Image) -> Image.Image:
    """Colours that can be mixed: a palette can't, and of sixteen bits Pillow would keep the wrong eight."""
    if image.mode in PALETTES:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return image


def _plain(image: Image.Image) -> Image.Image:
    """The colours as every screen means them, and nothing beside them: no place, no camera, no comment."""
    plain = image.convert("RGBA") if image.has_transparency_data else _in_srgb(image).convert("RGB")
    plain.info = {}
    return plain


def _in_srgb(image: Image.Image) -> Image.Image:
    """Phones and cameras write the colours of their own screens. A profile that makes no sense is passed over."""
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    try:
        theirs = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(image, theirs, ImageCms.createProfile("sRGB"), outputMode="RGB") or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def _drawing(image: Image.Image) -> Picture:
    """Without loss where that is small enough, else as a photo."""
    lossless = _written(image, "PNG")
    return Picture("image/png", *image.size, lossless) if len(lossless) <= LARGEST_LOSSLESS else _photo(image)


def _photo(image: Image.Image) -> Picture:
    """On white, where something shone through."""
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image if image.mode == "RGBA" else None)
    return Picture("image/jpeg", *image.size, _written(ground, "JPEG", quality=QUALITY))


def _written(image: Image.Image, kind: str, **options: int) -> bytes:
    written = BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()
