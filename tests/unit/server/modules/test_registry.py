"""What may be registered, and what the person who wrote it is told otherwise."""

import sys
from pathlib import Path

import pytest

from backend.core.errors import SetupError
from backend.sdk import Module
from backend.server.modules.registry import Registry, load_registry

HEAD = "from backend.sdk import InteractiveModule, Module\n"


class Nameless(Module):
    pass


class Spaced(Module):
    module_id = "Demo works"


class Dashed(Module):
    module_id = "demo.works-2"


def test_class_that_can_be_used_is_found_by_its_id() -> None:
    assert isinstance(Registry([Dashed]).get("demo.works-2"), Dashed)


@pytest.mark.parametrize(("cls", "said"), [(Nameless, "no module_id"), (Spaced, "'Demo works' cannot be a module_id")])
def test_class_without_a_usable_id_is_refused(cls: type[Module], said: str) -> None:
    with pytest.raises(SetupError, match=said):
        Registry([cls])


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = 1", "INTERLUDE_MODULES: 'own_modules' has no Module class"),
        ("class A(Module):\n    title = 'A'", "INTERLUDE_MODULES: 'own_modules' has no Module class"),
        ("class A(Module):\n    module_id = 'demo.a'", "own_modules.A has no 'execute'"),
        ("class A(InteractiveModule):\n    module_id = 'demo.a'", "own_modules.A has no 'complete'"),
    ],
    ids=["empty", "no id", "nothing to execute", "no meaning of an answer"],
)
def test_python_module_that_adds_nothing_usable_is_refused(
    source: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own_modules.py").write_text(f"{HEAD}{source}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "own_modules", raising=False)
    with pytest.raises(SetupError, match=said):
        load_registry(["own_modules"])
