"""Which network addresses a request from a workflow may reach.

The guard is on unless INTERLUDE_HTTP_ALLOW_PRIVATE says otherwise: a workflow must not read what only this machine
or its network can reach. Names are resolved once and every address is judged; the connection then goes to a judged
address, so a name that changes its mind meanwhile changes nothing.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable

from backend.core.errors import AddressRefused, HostUnknown

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Awaitable[list[str]]]

_GLOBAL_V6 = ipaddress.ip_network("2000::/3")
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""NAT64: the last 32 bits are an IPv4 address."""

_NEVER = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",  # this host
        "169.254.0.0/16",  # link-local, and the metadata services of clouds
        "168.63.129.16/32",  # Azure's host
        "100.100.100.200/32",  # Alibaba's metadata
        "192.0.0.0/24",  # protocol assignments, Oracle's metadata
        "192.88.99.0/24",  # 6to4 relays
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
        "::/128",
        "fe80::/10",
        "fd00:ec2::254/128",  # Amazon's metadata
        "fd20:ce::254/128",  # Google's metadata
        "ff00::/8",
        "2001::/32",  # Teredo: carries an IPv4 address
        "2002::/16",  # 6to4: carries an IPv4 address
    )
)
"""Refused even where private addresses are allowed."""

_NOT_PUBLIC = tuple(
    ipaddress.ip_network(text)
    for text in (
        "10.0.0.0/8",
        "100.64.0.0/10",  # carriers' own
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.0.2.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
    )
)


def is_reachable(text: str, *, allow_private: bool = False) -> bool:
    """Whether requests may go to the address, given as the resolver writes it. What is no address is not.

    Args:
        allow_private: lets private and loopback addresses through; link-local, metadata, multicast and reserved
            ones never.
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    address = _unwrapped(address)
    if _within(address, _NEVER):
        return False
    if allow_private and (address.is_private or address.is_loopback or _within(address, _NOT_PUBLIC)):
        return True
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_V6:
        return False
    return address.is_global and not _within(address, _NOT_PUBLIC)


async def resolve(host: str, port: int) -> list[str]:
    """Every address of a name (or of an address in any notation that the system reads).

    Raises:
        HostUnknown: there is none.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise HostUnknown(host) from None
    return list(dict.fromkeys(str(item[4][0]) for item in found))


async def judged(host: str, port: int, *, allow_private: bool, resolver: Resolver = resolve) -> list[str]:
    """The addresses of a host, once all of them may be reached: a mixed answer is refused whole.

    Raises:
        HostUnknown: it has none.
        AddressRefused: one of them may not be reached.
    """
    addresses = await resolver(host, port)
    if not addresses:
        raise HostUnknown(host)
    if not all(is_reachable(address, allow_private=allow_private) for address in addresses):
        raise AddressRefused(host)
    return addresses


def _unwrapped(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one, where a router or the kernel would take it for that."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    low = int(address) & 0xFFFFFFFF
    if address in _TRANSLATED or (int(address) >> 32 == 0 and low > 1):  # NAT64, or the old `::127.0.0.1`
        return ipaddress.IPv4Address(low)
    return address


def _within(address: Address, networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
