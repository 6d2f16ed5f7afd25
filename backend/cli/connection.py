"""Which server the commands talk to, and as whom."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from backend.cli.exits import WrongUsage
from backend.core.config import Settings, load_settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")
DEFAULT_PORT = 8000


class ClientSettings(BaseSettings):
    """INTERLUDE_SERVER and INTERLUDE_TOKEN, from the environment or `.env`."""

    model_config = SettingsConfigDict(
        env_prefix="INTERLUDE_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    server: str | None = None
    token: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where to talk to. `chosen` says that a person named the server: then no other one will do."""

    url: str
    token: str | None
    chosen: bool


def find_target(server: str | None = None) -> Target:
    """The server of `--server`, else INTERLUDE_SERVER, else the one that these settings would start.

    The server's own tokens serve as ours for that last one only: they are nobody else's to see.

    Raises:
        SetupError: a setting is wrong.
        WrongUsage: the address is no http address.
    """
    given = ClientSettings()
    token = given.token.get_secret_value() if given.token else None
    named = server or given.server
    if named:
        return Target(_checked(named), token, chosen=True)
    own = own_target(load_settings())
    return Target(own.url, token or own.token, chosen=False)


def own_target(settings: Settings) -> Target:
    """The server that these settings would start."""
    return Target(_own_url(settings), own_token(settings), chosen=False)


def own_token(settings: Settings) -> str | None:
    return settings.api_tokens[0].get_secret_value() if settings.api_tokens else None


def is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in LOOPBACK


def _own_url(settings: Settings) -> str:
    host = "127.0.0.1" if settings.host in ("", "0.0.0.0", "::") else settings.host
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{settings.port or DEFAULT_PORT}"


def _checked(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise WrongUsage(f"'{url}' is no server address. Write it like http://127.0.0.1:8000.")
    return url.rstrip("/")
