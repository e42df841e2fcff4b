"""Photos of points for a report: small, upright, nothing kept but their pixels."""

import io
import warnings
from collections.abc import Mapping
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from jishiyu.engine.inspection.points import Survey
from jishiyu.engine.problems import Problem

SIDE = 720
QUALITY = 78
MOST_BYTES = 40_000_000


class PhotoMissing(Problem):
    """A list of points names a photo that is not beside it."""

    en = "The list of points names the photo {photo} for {point}, but it does not lie beside the list. Put it there or clear the cell."
    zh = "测点清单为 {point} 填了照片 {photo},但清单旁没有这个文件。请把照片放在清单旁,或清空该单元格。"


class PhotoUnreadable(Problem):
    """A photo cannot be opened."""

    en = "The photo {photo} of {point} cannot be read as a picture. Save it as JPEG or PNG."
    zh = "{point} 的照片 {photo} 不是可以读取的图片。请另存为 JPEG 或 PNG。"


def photos_beside(listed: Path, survey: Survey) -> Mapping[str, bytes]:
    """This function will return the photos of the points as JPEG; they lie in the folder of the list.

    Raises `PhotoMissing` and `PhotoUnreadable`.
    """
    found = {}
    for point in survey.points.values():
        if point.photo:
            path = listed.parent / Path(point.photo).name
            if not path.is_file() or path.stat().st_size > MOST_BYTES:
                raise PhotoMissing(photo=point.photo, point=point.name)
            found[point.name] = small(path.read_bytes(), photo=point.photo, point=point.name)
    return found


def on_white(content: bytes) -> bytes:
    """This function will return what was drawn on a screen as a JPEG on white paper; a canvas may be see-through."""
    with Image.open(io.BytesIO(content)) as opened:
        drawn = ImageOps.exif_transpose(opened).convert("RGBA")
    paper = Image.new("RGB", drawn.size, "white")
    paper.paste(drawn, mask=drawn.getchannel("A"))
    paper.thumbnail((SIDE, SIDE))
    written = io.BytesIO()
    paper.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()


def small(content: bytes, *, photo: str, point: str) -> bytes:
    """This function will return a picture as a small upright JPEG. Raises `PhotoUnreadable`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as opened:
                upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning) as error:
        raise PhotoUnreadable(photo=photo, point=point) from error
    upright.thumbnail((SIDE, SIDE))
    written = io.BytesIO()
    upright.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()
