"""Provider `automatic1111`: a Stable Diffusion web UI that was started with `--api`."""

import asyncio
import base64
import binascii
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx

from backend.core.config import Settings
from backend.core.errors import ModuleError
from backend.server.modules.media.providers import ImageRequest, Picture, Report, as_picture

CONNECT_SECONDS = 10.0
PAINT_SECONDS = 600.0
PROGRESS_SECONDS = 0.3


class Automatic1111:
    """INTERLUDE_MEDIA_BASE_URL says where it is; INTERLUDE_MEDIA_API_KEY is `user:password` where it wants one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def txt2img(self, request: ImageRequest, report: Report) -> Picture:
        return await self._make("txt2img", _body(request), request=request, report=report)

    async def img2img(self, request: ImageRequest, source: bytes, report: Report) -> Picture:
        body = _body(request) | {
            "init_images": [base64.b64encode(source).decode()],
            "denoising_strength": request.strength,
        }
        return await self._make("img2img", body, request=request, report=report)

    async def _make(self, call: str, body: Mapping[str, Any], *, request: ImageRequest, report: Report) -> Picture:
        async with self._client() as client, _progress(client, report):
            try:
                response = await client.post(f"/sdapi/v1/{call}", json=body)
            except httpx.TimeoutException:
                raise ModuleError(
                    f"The web UI did not finish within {PAINT_SECONDS:g} s.", code="provider_timeout"
                ) from None
            except httpx.HTTPError:
                raise ModuleError(
                    "The Stable Diffusion web UI cannot be reached. Start it with --api and check "
                    "INTERLUDE_MEDIA_BASE_URL.",
                    code="provider_unreachable",
                ) from None
        _check_status(response)
        return _read(response, request)

    def _client(self) -> httpx.AsyncClient:
        if not self._settings.media_base_url:
            raise ModuleError(
                "Set INTERLUDE_MEDIA_BASE_URL to the address of the Stable Diffusion web UI, such as "
                "http://127.0.0.1:7860.",
                code="provider_address_missing",
                retryable=False,
            )
        key = self._settings.media_api_key.get_secret_value() if self._settings.media_api_key else ""
        user, colon, password = key.partition(":")
        return httpx.AsyncClient(
            base_url=self._settings.media_base_url,
            auth=httpx.BasicAuth(user, password) if colon else None,
            headers={"Authorization": f"Bearer {key}"} if key and not colon else {},
            timeout=httpx.Timeout(PAINT_SECONDS, connect=CONNECT_SECONDS),
        )


def _body(request: ImageRequest) -> dict[str, Any]:
    prompt = f"{request.prompt}, {request.feedback}" if request.feedback else request.prompt
    body: dict[str, Any] = {
        "prompt": prompt,
        "negative_prompt": request.negative_prompt,
        "width": request.width,
        "height": request.height,
        "seed": request.seed,
        "batch_size": 1,
        "n_iter": 1,
    }
    if request.model:
        body |= {
            "override_settings": {"sd_model_checkpoint": request.model},
            "override_settings_restore_afterwards": True,
        }
    return body


@asynccontextmanager
async def _progress(client: httpx.AsyncClient, report: Report) -> AsyncIterator[None]:
    """Passes on how far the web UI is. It may not tell; the picture comes all the same."""
    task = asyncio.create_task(_poll(client, report))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _poll(client: httpx.AsyncClient, report: Report) -> None:
    while True:
        await asyncio.sleep(PROGRESS_SECONDS)
        try:
            response = await client.get("/sdapi/v1/progress", params={"skip_current_image": "true"}, timeout=5)
            share = response.json()["progress"]
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return
        if isinstance(share, int | float):
            report(min(max(float(share), 0.0), 1.0), None)


def _check_status(response: httpx.Response) -> None:
    status = response.status_code
    if status in (401, 403):
        raise ModuleError(
            f"The web UI refused the key ({status}). Check INTERLUDE_MEDIA_API_KEY (user:password).",
            code="provider_key_refused",
            retryable=False,
        )
    if status == 404:
        raise ModuleError(
            "The web UI has no API at this address. Start it with --api and check INTERLUDE_MEDIA_BASE_URL.",
            code="provider_garbled",
            retryable=False,
        )
    if status == 429 or status >= 500:
        raise ModuleError(f"The web UI failed with {status}.", code="provider_unavailable", retryable=True)
    if status >= 400:
        raise ModuleError(
            f"The web UI refused the request ({status}): {response.text[:300]}",
            code="provider_refused",
            retryable=False,
        )


def _read(response: httpx.Response, request: ImageRequest) -> Picture:
    try:
        answer = response.json()
        encoded = str(answer["images"][0]).rpartition(",")[2]  # some versions send a data URL
        content = base64.b64decode(encoded, validate=True)
    except (ValueError, KeyError, IndexError, TypeError, binascii.Error):
        raise ModuleError(
            "The web UI's answer holds no picture. Check INTERLUDE_MEDIA_BASE_URL.", code="provider_garbled"
        ) from None
    info = _info(answer)
    return as_picture(
        content,
        model=str(info.get("sd_model_name") or request.model or "automatic1111"),
        seed=info["seed"] if isinstance(info.get("seed"), int) else request.seed,
    )


def _info(answer: Mapping[str, Any]) -> dict[str, Any]:
    try:
        info = json.loads(answer.get("info") or "{}")
    except (ValueError, TypeError):
        return {}
    return info if isinstance(info, dict) else {}
