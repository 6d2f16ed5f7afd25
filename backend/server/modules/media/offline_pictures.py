"""Provider `offline`: procedural pictures, painted in a thread so that the loop stays free."""

import asyncio

from PIL import Image

from backend.core.errors import ModuleError
from backend.server.modules.media.offline import paint, repaint
from backend.server.modules.media.providers import ImageRequest, Picture, Report, as_picture

MODEL = "offline-procedural"


class OfflinePictures:
    """Needs no key. The same prompt, feedback, seed and size give the same picture."""

    async def txt2img(self, request: ImageRequest, report: Report) -> Picture:
        content = await asyncio.to_thread(
            paint,
            _said(request),
            seed=request.seed,
            width=request.width,
            height=request.height,
            negative=request.negative_prompt,
        )
        return as_picture(content, model=MODEL, seed=request.seed)

    async def img2img(self, request: ImageRequest, source: bytes, report: Report) -> Picture:
        # the source shows the old prompt already: only what is wanted now may change it
        wanted = request.feedback or request.prompt
        try:
            content = await asyncio.to_thread(
                repaint,
                source,
                wanted,
                strength=request.strength,
                seed=request.seed,
                width=request.width,
                height=request.height,
            )
        except (OSError, Image.DecompressionBombError) as error:
            raise ModuleError(
                f"The picture to vary cannot be read: {error}", code="image_unreadable", retryable=False
            ) from error
        return as_picture(content, model=MODEL, seed=request.seed)


def _said(request: ImageRequest) -> str:
    """Feedback first: of two times of day or weathers the first one counts."""
    return f"{request.feedback}. {request.prompt}" if request.feedback else request.prompt
