import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "tools" / "check_words.py"
MACHINE_PATH = "/" + "work/main"
NOQA = "# no" + "qa"
IGNORE = "# type: " + "ignore"


def check(folder: Path, name: str, text: str) -> subprocess.CompletedProcess[str]:
    (folder / name).write_text(text)
    command = [sys.executable, str(SCRIPT), name]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", f"see {MACHINE_PATH}/README.md\n"),
        ("a.md", "see /tmp/" + "probe/bin\n"),
        ("a.md", "see /" + "root/.cache\n"),
        ("requirements.lock", "--index-url https://example.org/simple\na==1\n"),
        ("package-lock.json", '{"resolved": "https://regis' + 'try.npmjs.org/a.tgz"}\n'),
        ("a.py", f"import a  {NOQA}\n"),
        ("a.py", f"import a  {NOQA}: F401\n"),
        ("a.py", f"a = 1  {IGNORE}[misc]\n"),
    ],
)
def test_forbidden_text_is_named_with_its_line(tmp_path: Path, name: str, text: str) -> None:
    result = check(tmp_path, name, text)
    assert result.returncode == 1
    assert result.stdout.startswith(f"{name}:1: ")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "docs/work/plan and https://example.org/workflows\n"),
        ("requirements.lock", "httpx==0.28.1\n"),
        ("a.md", "pip install --index-url https://example.org/simple\n"),
        ("a.py", f"import a  {NOQA}: F401 - registers itself when imported\n"),
        ("a.py", f"a = 1  {IGNORE}[misc]  # the stub lacks it\n"),
    ],
)
def test_ordinary_text_passes(tmp_path: Path, name: str, text: str) -> None:
    assert check(tmp_path, name, text).returncode == 0


def test_binary_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\xff" + MACHINE_PATH.encode())
    result = subprocess.run([sys.executable, str(SCRIPT), "a.png"], cwd=tmp_path, timeout=30, check=False)
    assert result.returncode == 0
