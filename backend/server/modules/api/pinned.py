"""An HTTP transport that connects to a judged address, under the name that the request gave."""

import ssl
from functools import lru_cache

import httpx

from backend.server.modules.api.addresses import Resolver, judged, resolve

_PORTS = {"http": 80, "https": 443}


class PinnedTransport(httpx.AsyncBaseTransport):
    """Judges the target of every request that goes through it, redirects too.

    Args:
        allow_private: as in `is_reachable`.
        resolver: names to addresses.
        tls: whom to trust; unset: the usual authorities.
    """

    def __init__(self, *, allow_private: bool, resolver: Resolver = resolve, tls: ssl.SSLContext | None = None) -> None:
        self._allow_private = allow_private
        self._resolver = resolver
        # Nothing is kept open: a pooled connection is known by its address, and two names may share one.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._inner = httpx.AsyncHTTPTransport(verify=tls or default_tls(), trust_env=False, limits=limits)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends the request to the first judged address that takes a connection.

        Raises:
            AddressRefused, HostUnknown: before anything was sent or connected.
            httpx.TransportError: as httpx does.
        """
        host = request.url.raw_host.decode("ascii")
        port = request.url.port or _PORTS[request.url.scheme]
        addresses = await judged(host, port, allow_private=self._allow_private, resolver=self._resolver)
        for address in addresses[:-1]:
            try:
                return await self._inner.handle_async_request(_pinned(request, address, host))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._inner.handle_async_request(_pinned(request, addresses[-1], host))

    async def aclose(self) -> None:
        await self._inner.aclose()


def _pinned(request: httpx.Request, address: str, host: str) -> httpx.Request:
    """The same request to an address. The Host header stays, and TLS asks for and checks the name."""
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": host},
    )


@lru_cache(maxsize=1)
def default_tls() -> ssl.SSLContext:
    """Made once: reading the authorities takes tens of milliseconds."""
    return httpx.create_ssl_context()
