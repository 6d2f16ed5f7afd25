"""Provider `openai`: the images of any OpenAI-compatible endpoint, through the official SDK."""

import base64
import binascii
from typing import Any

from backend.core.config import Settings
from backend.server.modules.media.providers import ImageRequest, Picture, Report, as_picture, worded
from backend.server.modules.openai_client import Endpoint, garbled, openai_client

SILENCE_SECONDS = 300.0
"""A large picture takes minutes, and nothing comes until it is whole."""

SIZES = {
    "dall-e-2": ((256, 256), (512, 512), (1024, 1024)),
    "dall-e-3": ((1024, 1024), (1792, 1024), (1024, 1792)),
}
USUAL_SIZES = ((1024, 1024), (1536, 1024), (1024, 1536))


class OpenAIImages:
    """Takes no seed and no strength; the endpoint's sizes are few, so the nearest shape is asked for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._endpoint = Endpoint(
            settings.media_base_url, settings.media_api_key, "INTERLUDE_MEDIA_API_KEY", "INTERLUDE_MEDIA_BASE_URL"
        )

    async def txt2img(self, request: ImageRequest, report: Report) -> Picture:
        model = self._model(request)
        async with openai_client(self._endpoint, timeout_seconds=SILENCE_SECONDS) as client:
            answer = await client.images.generate(**self._asked(request, model))
        return self._picture(answer, model)

    async def img2img(self, request: ImageRequest, source: bytes, report: Report) -> Picture:
        model = self._model(request)
        given = as_picture(source, model=model, seed=None)
        file = (f"source.{given.media_type.removeprefix('image/')}", source, given.media_type)
        async with openai_client(self._endpoint, timeout_seconds=SILENCE_SECONDS) as client:
            answer = await client.images.edit(image=file, **self._asked(request, model))
        return self._picture(answer, model)

    def _model(self, request: ImageRequest) -> str:
        return request.model or self._settings.media_model

    def _asked(self, request: ImageRequest, model: str) -> dict[str, Any]:
        width, height = nearest_size(request, SIZES.get(model, USUAL_SIZES))
        asked = {
            "model": model,
            "prompt": worded(request),
            "n": 1,
            "size": f"{width}x{height}",
            "extra_headers": {"Idempotency-Key": request.idempotency_key},
        }
        # newer models always send the picture itself and refuse the parameter; older ones would send a link
        return asked | ({"response_format": "b64_json"} if model.startswith("dall-e") else {})

    def _picture(self, answer: Any, model: str) -> Picture:
        data = getattr(answer, "data", None)
        encoded = getattr(data[0], "b64_json", None) if data else None
        if not encoded:
            raise garbled(self._endpoint)
        try:
            content = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            raise garbled(self._endpoint) from None
        return as_picture(content, model=model, seed=None)


def nearest_size(request: ImageRequest, sizes: tuple[tuple[int, int], ...]) -> tuple[int, int]:
    """The size whose shape is nearest; of equal shapes the nearest width."""
    shape = request.width / request.height
    return min(sizes, key=lambda size: (round(abs(size[0] / size[1] - shape), 3), abs(size[0] - request.width)))
