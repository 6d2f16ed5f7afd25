import pytest

from backend.core.errors import AddressRefused, HostUnknown, ModuleError
from backend.server.modules.api.addresses import is_reachable, judged, resolve
from backend.server.modules.api.http import HttpRequest
from tests.fixtures.connections import recorded_connections
from tests.fixtures.module_context import execute, module_context

REFUSED = [
    "http://127.0.0.1/",
    "http://127.0.0.1:8000/api/v1/runs",
    "http://127.1/",
    "http://127.255.255.254/",
    "http://2130706433/",  # 127.0.0.1 as one number
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0x7f.0.0.1/",
    "http://0x7f000001/",
    "http://localhost/",
    "http://localhost./",
    "http://LOCALHOST/",
    "http://user:pass@127.0.0.1/",
    "http://example.com@127.0.0.1/",
    "http://127.0.0.1#@example.com/",
    "http://127.0.0.1?@example.com/",
    "https://127.0.0.1/",
    "http://0.0.0.0/",
    "http://0/",
    "http://0.1.2.3/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://3232235777/",  # 192.168.1.1
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/latest/meta-data/",  # 169.254.169.254
    "http://0xa9fea9fe/",
    "http://0251.0376.0251.0376/",
    "http://100.100.100.200/latest/meta-data/",
    "http://168.63.129.16/machine",
    "http://192.0.0.192/opc/v2/",
    "http://192.88.99.1/",
    "http://198.18.0.1/",
    "http://203.0.113.5/",
    "http://224.0.0.1/",
    "http://239.255.255.250/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:a00:1::1]/",
    "http://[2001:0:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fec0::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://[ff02::1]/",
    "http://[100::1]/",
    "http://[2001:db8::1]/",
    "http://①②⑦.0.0.1/",
]
ALWAYS_REFUSED = ["0.0.0.0", "169.254.169.254", "100.100.100.200", "224.0.0.1", "255.255.255.255", "fe80::1"]
ALWAYS_REFUSED += ["::", "fd00:ec2::254", "::ffff:169.254.169.254", "2002:7f00:1::", "64:ff9b::a9fe:a9fe", "ff02::1"]


@pytest.mark.parametrize("url", REFUSED)
async def test_target_that_is_not_public_is_refused_before_any_connection(url: str) -> None:
    with recorded_connections() as targets, pytest.raises((ModuleError, ValueError)) as caught:
        await execute(HttpRequest(), {"url": url}, module_context())
    assert targets == []
    assert getattr(caught.value, "code", "address_refused") in ("address_refused", "host_unknown")


@pytest.mark.parametrize(
    "url",
    ["ftp://example.com/", "file:///etc/passwd", "gopher://127.0.0.1/", "//example.com/", "http://", "example.com"],
)
async def test_what_is_no_http_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="url"):
        await execute(HttpRequest(), {"url": url}, module_context())


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_address_is_reachable(address: str) -> None:
    assert is_reachable(address)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.0.9", "100.64.0.1", "::1", "fd12::1"])
def test_private_address_is_reachable_where_allowed(address: str) -> None:
    assert is_reachable(address, allow_private=True)
    assert not is_reachable(address)


@pytest.mark.parametrize("address", ALWAYS_REFUSED)
def test_metadata_and_reserved_addresses_are_never_reachable(address: str) -> None:
    assert not is_reachable(address, allow_private=True)


@pytest.mark.parametrize("text", ["", "example.com", "127.0.0.1:80", "[::1]"])
def test_what_is_no_address_is_not_reachable(text: str) -> None:
    assert not is_reachable(text, allow_private=True)


async def test_name_with_one_private_address_among_public_ones_is_refused() -> None:
    async def resolver(host: str, port: int) -> list[str]:
        return ["8.8.8.8", "127.0.0.1"]

    with pytest.raises(AddressRefused, match=r"mixed\.test"):
        await judged("mixed.test", 80, allow_private=False, resolver=resolver)


async def test_name_without_addresses_is_unknown() -> None:
    async def resolver(host: str, port: int) -> list[str]:
        return []

    with pytest.raises(HostUnknown):
        await judged("empty.test", 80, allow_private=True, resolver=resolver)


async def test_name_that_cannot_be_resolved_is_unknown() -> None:
    with pytest.raises(HostUnknown, match="spelling"):
        await resolve("a" * 70 + ".invalid", 80)
