"""The official OpenAI SDK as modules use it: one attempt, clear errors, and no key in any message."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2  # the SDK lets its transport's own errors through while a stream is read
import openai
from pydantic import SecretStr

from backend.core.errors import ModuleError

CONNECT_SECONDS = 10.0
TOO_LONG = ("context_length_exceeded", "string_above_max_length")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to send and with which key. `key_variable` and `url_variable` are what messages tell people to set."""

    base_url: str | None
    api_key: SecretStr | None
    key_variable: str
    url_variable: str


@asynccontextmanager
async def openai_client(endpoint: Endpoint, *, timeout_seconds: float) -> AsyncIterator[openai.AsyncOpenAI]:
    """A client for one attempt. The engine retries, so the SDK does not.

    Args:
        timeout_seconds: of silence; a stream may take longer in all.

    Raises:
        ModuleError: everything that goes wrong inside, with `retryable` set.
    """
    key = endpoint.api_key.get_secret_value() if endpoint.api_key else ""
    if not key:
        raise _missing_key(endpoint)
    timeout = openai.Timeout(timeout_seconds, connect=min(CONNECT_SECONDS, timeout_seconds))
    client = openai.AsyncOpenAI(api_key=key, base_url=endpoint.base_url, timeout=timeout, max_retries=0)
    async with client:
        try:
            yield client
        except (openai.OpenAIError, httpx2.HTTPError, json.JSONDecodeError) as error:
            # `from None`: the SDK's own text may quote the key, and a chained traceback would log it
            raise explain(error, endpoint) from None


def explain(error: Exception, endpoint: Endpoint) -> ModuleError:
    """What failed, in words a person can act on."""
    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException):
        return ModuleError("The model's endpoint did not answer in time.", code="provider_timeout", retryable=True)
    if isinstance(error, openai.APIStatusError):
        return _status_error(error, endpoint)
    cut = (httpx2.ReadError, httpx2.RemoteProtocolError)
    if isinstance(error, cut) or isinstance(error.__cause__, cut):
        return ModuleError("The answer broke off before its end.", code="provider_cut", retryable=True)
    if isinstance(error, openai.APIConnectionError | httpx2.HTTPError):
        return ModuleError(
            f"The model's endpoint cannot be reached. Check the network and {endpoint.url_variable}.",
            code="provider_unreachable",
            retryable=True,
        )
    if isinstance(error, openai.APIResponseValidationError | json.JSONDecodeError):
        return garbled(endpoint)
    return ModuleError(f"The model's endpoint failed: {_said(error, endpoint)}", code="provider_error", retryable=True)


def garbled(endpoint: Endpoint) -> ModuleError:
    """The endpoint answered with something that is not its protocol, such as a proxy's error page."""
    return ModuleError(
        f"The endpoint's answer is not of the OpenAI protocol. Check {endpoint.url_variable}: it often ends in /v1.",
        code="provider_garbled",
        retryable=True,
    )


def _missing_key(endpoint: Endpoint) -> ModuleError:
    return ModuleError(
        f"There is no API key. Set {endpoint.key_variable} (any text, if your endpoint needs none), "
        "or use the provider 'offline'.",
        code="provider_key_missing",
        retryable=False,
    )


def _status_error(error: openai.APIStatusError, endpoint: Endpoint) -> ModuleError:
    status = error.status_code
    if status in (401, 403):
        return ModuleError(
            f"The endpoint refused the API key ({status}). Check {endpoint.key_variable}.",
            code="provider_key_refused",
            retryable=False,
        )
    if status == 429:
        return _rate_error(error)
    if status >= 500 or status in (408, 409):
        return ModuleError(f"The endpoint failed with {status}.", code="provider_unavailable", retryable=True)
    said = _said(error, endpoint)
    if error.code in TOO_LONG or "context length" in said.lower():
        return ModuleError(
            f"The input is too long for this model. Shorten it or choose a model with more room. ({said})",
            code="provider_input_too_long",
            retryable=False,
        )
    return ModuleError(f"The endpoint refused the request ({status}): {said}", code="provider_refused", retryable=False)


def _rate_error(error: openai.APIStatusError) -> ModuleError:
    if error.code == "insufficient_quota":
        return ModuleError(
            "The account has no quota left. Check its plan and billing.", code="provider_quota", retryable=False
        )
    return ModuleError("The endpoint is limiting requests (429).", code="provider_rate_limited", retryable=True)


def _said(error: Exception, endpoint: Endpoint) -> str:
    """The endpoint's own words, short and without the key, which some endpoints quote."""
    body = getattr(error, "body", None)
    text = body.get("message") if isinstance(body, dict) else None
    text = text if isinstance(text, str) else str(error)
    key = endpoint.api_key.get_secret_value() if endpoint.api_key else ""
    return (text.replace(key, "***") if key else text)[:400]
