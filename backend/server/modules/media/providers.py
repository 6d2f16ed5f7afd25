"""Where pictures come from: one small interface, three ways to fill it."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PIL import Image

from backend.core.config import Settings
from backend.core.errors import ModuleError

Report = Callable[[float | None, str | None], None]
FORMATS = {"PNG": "image/png", "WEBP": "image/webp", "JPEG": "image/jpeg"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRequest:
    """One picture to make. `feedback` is what the person wants different; `strength` counts for variations only."""

    prompt: str
    width: int
    height: int
    seed: int
    feedback: str = ""
    negative_prompt: str = ""
    model: str | None = None
    strength: float = 0.5
    idempotency_key: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image file and what it turned out to be. `seed` is None where the provider knows none."""

    content: bytes
    media_type: str
    width: int
    height: int
    model: str
    seed: int | None


class ImageProvider(Protocol):
    """Makes pictures. Both calls raise ModuleError with `retryable` set."""

    async def txt2img(self, request: ImageRequest, report: Report) -> Picture:
        """A picture from words. `report` gets 0..1 of this one picture."""
        ...

    async def img2img(self, request: ImageRequest, source: bytes, report: Report) -> Picture:
        """A variation of the source, which is an image file."""
        ...


def make_provider(name: str, settings: Settings) -> ImageProvider:
    """The provider of that name. Those that need no SDK do not load it."""
    if name == "openai":
        from backend.server.modules.media.openai_images import OpenAIImages

        return OpenAIImages(settings)
    if name == "automatic1111":
        from backend.server.modules.media.automatic1111 import Automatic1111

        return Automatic1111(settings)
    from backend.server.modules.media.offline_pictures import OfflinePictures

    return OfflinePictures()


def as_picture(content: bytes, *, model: str, seed: int | None) -> Picture:
    """Checks that bytes are an image file that browsers show, and reads its size.

    Raises:
        ModuleError: they are not.
    """
    try:
        with Image.open(io.BytesIO(content)) as image:
            media_type = FORMATS.get(image.format or "")
            width, height = image.size
            image.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        media_type, width, height = None, 0, 0
    if media_type is None:
        raise ModuleError("The provider's answer is no PNG, WebP or JPEG picture.", code="provider_garbled")
    return Picture(content, media_type, width, height, model, seed)


def worded(request: ImageRequest) -> str:
    """The prompt for a model that takes one text: with the feedback, and what to leave out."""
    parts = [request.prompt, f"Change: {request.feedback}" if request.feedback else ""]
    parts.append(f"Leave out: {request.negative_prompt}" if request.negative_prompt else "")
    return "\n\n".join(part for part in parts if part)
