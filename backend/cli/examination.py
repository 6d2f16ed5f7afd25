"""The checks of `interlude doctor`. Each looks at one thing and changes nothing that lasts."""

import asyncio
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from backend.core.config import MIB, Settings, load_settings, workflows_folder
from backend.core.errors import InterludeError

LOW_DISK_BYTES = 1024 * MIB


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    level: Literal["ok", "warn", "fail"]
    message: str


Check = Callable[[Settings], Finding]


def examine() -> Iterator[Finding]:
    """Every finding, as soon as it is there; only the first two where the settings cannot be read."""
    yield _python()
    try:
        settings = load_settings()
    except InterludeError as error:
        yield Finding("settings", "fail", error.message)
        return
    yield Finding("settings", "ok", "readable, all values in range")
    for name, check in CHECKS.items():
        try:
            yield check(settings)
        except InterludeError as error:
            yield Finding(name, "fail", error.message)


def _python() -> Finding:
    version = platform.python_version()
    return Finding("python", "ok", f"{version} on {platform.system()} {platform.machine()}")


def _database(settings: Settings) -> Finding:
    if settings.in_memory:
        return Finding("database", "warn", "memory://: nothing is kept. Unset MONGODB_URI to keep runs.")
    if settings.embedded:
        return _embedded(settings)
    asyncio.run(_connect_once(settings))
    return Finding("database", "ok", "MONGODB_URI answers")


async def _connect_once(settings: Settings) -> None:
    from backend.db.client import connect

    connection = await connect(settings)
    await connection.close()


def _embedded(settings: Settings) -> Finding:
    from backend.db.mongod_binary import find_mongod

    mongod = find_mongod(settings)
    try:
        shown = subprocess.run([mongod, "--version"], capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        advice = "Set INTERLUDE_MONGOD_PATH to another mongod, or MONGODB_URI to a replica set."
        return Finding("database", "fail", f"{mongod} does not run ({error}). {advice}")
    return Finding("database", "ok", f"{shown.stdout.splitlines()[0]}, started with the server")


def _data_folder(settings: Settings) -> Finding:
    if not settings.embedded:
        return Finding("data folder", "ok", "not needed with MONGODB_URI")
    from backend.db.data_folder import hold_data_folder

    if _server_runs():
        return Finding("data folder", "ok", f"{settings.data_dir}, used by the running server")
    folder_was_there = settings.data_dir.exists()
    hold_data_folder(settings.data_dir).release()
    if not folder_was_there:
        shutil.rmtree(settings.data_dir)  # made by the check alone
    free = shutil.disk_usage(_existing(settings.data_dir)).free
    if free < LOW_DISK_BYTES:
        return Finding("data folder", "warn", f"{settings.data_dir}: only {free // MIB} MiB of disk are free")
    return Finding("data folder", "ok", f"{settings.data_dir} can be written")


def _existing(path: Path) -> Path:
    return next(folder for folder in (path.resolve(), *path.resolve().parents) if folder.exists())


def _port(settings: Settings) -> Finding:
    from backend.cli.serving import bind

    if _server_runs():
        return Finding("port", "ok", f"a server answers on port {settings.port}")
    bind(settings.host, settings.port).close()
    return Finding("port", "ok", f"{settings.host}:{settings.port} is free")


def _server_runs() -> bool:
    from backend.cli.client import Client
    from backend.cli.connection import own_target

    with Client(own_target(load_settings())) as client:
        try:
            client.check()
        except InterludeError as error:
            return error.status == 401
        return True


def _access(settings: Settings) -> Finding:
    from backend.server.api.middleware.door import check_door

    check_door(settings)
    count = len(settings.api_tokens)
    return Finding("access", "ok", f"{count} API token{'s' if count != 1 else ''}" if count else "this machine only")


def _modules(settings: Settings) -> Finding:
    from backend.server.modules.registry import load_registry

    return Finding("modules", "ok", f"{len(load_registry(settings.modules).ids)} module types")


def _workflows(settings: Settings) -> Finding:
    from backend.cli.checking import check_path
    from backend.server.definitions.loader import list_folders
    from backend.server.modules.registry import load_registry

    folder = workflows_folder(settings)
    if not list_folders(folder):
        return Finding("workflows", "warn", f"there are none in {folder}; see INTERLUDE_WORKFLOWS_DIR")
    reports = check_path(folder, load_registry(settings.modules))
    broken = [Path(report.folder).name for report in reports if not report.valid]
    if broken:
        return Finding("workflows", "fail", f"not valid: {', '.join(broken)}; see 'interlude validate {folder}'")
    return Finding("workflows", "ok", f"{len(reports)} valid in {folder}")


def _llm(settings: Settings) -> Finding:
    if settings.llm_provider == "offline":
        return Finding(
            "text", "ok", "offline: a seeded generator, no model. For a model: INTERLUDE_LLM_PROVIDER=openai"
        )
    if settings.llm_api_key is None and settings.llm_base_url is None:
        return Finding("text", "fail", "INTERLUDE_LLM_API_KEY is not set, which the provider 'openai' needs")
    return Finding("text", "ok", f"{settings.llm_model} at {settings.llm_base_url or 'OpenAI'}")


def _media(settings: Settings) -> Finding:
    if settings.media_provider == "offline":
        return Finding("pictures", "ok", "offline: drawn by a program, no model. For a model: INTERLUDE_MEDIA_PROVIDER")
    if settings.media_provider == "automatic1111" and settings.media_base_url is None:
        return Finding("pictures", "fail", "INTERLUDE_MEDIA_BASE_URL is not set, which 'automatic1111' needs")
    if settings.media_provider == "openai" and settings.media_api_key is None and settings.media_base_url is None:
        return Finding("pictures", "fail", "INTERLUDE_MEDIA_API_KEY is not set, which the provider 'openai' needs")
    return Finding("pictures", "ok", f"{settings.media_provider} at {settings.media_base_url or 'OpenAI'}")


CHECKS: dict[str, Check] = {
    "database": _database,
    "data folder": _data_folder,
    "port": _port,
    "access": _access,
    "modules": _modules,
    "workflows": _workflows,
    "text": _llm,
    "pictures": _media,
}
