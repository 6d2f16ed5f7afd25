"""The module types that this server knows: built in, by entry point, and from INTERLUDE_MODULES."""

import inspect
import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.metadata import entry_points
from types import ModuleType

from backend.core.errors import ModuleNotInstalled, SetupError
from backend.server.modules.base import FlowModule, InteractiveModule, Module

ENTRY_POINT_GROUP = "interlude.modules"

MODULE_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*")

BUILT_IN = (
    "backend.server.modules.core",
    "backend.server.modules.transform",
    "backend.server.modules.io",
    "backend.server.modules.api",
    "backend.server.modules.media",
    "backend.server.modules.user",
    "backend.server.modules.flow",
)
"""Packages whose `Module` classes come with Interlude."""


class Registry:
    """Module types by `module_id`. One instance of each serves all runs, so modules keep nothing in `self`."""

    def __init__(self, classes: Iterable[type[Module]] = ()) -> None:
        self._modules: dict[str, Module] = {}
        for cls in classes:
            self.add(cls)

    def add(self, cls: type[Module]) -> None:
        """Registers a class.

        Raises:
            SetupError: it has no usable `module_id`, or another class has the same one.
        """
        _check_id(cls)
        known = self._modules.get(cls.module_id)
        if known is not None and type(known) is not cls:
            raise SetupError(
                f"Two classes say module_id '{cls.module_id}': {_name(type(known))} and {_name(cls)}. Rename one."
            )
        self._modules[cls.module_id] = cls()

    def find(self, module_id: str) -> Module | None:
        return self._modules.get(module_id)

    def get(self, module_id: str) -> Module:
        """The module.

        Raises:
            ModuleNotInstalled: it is not known here, though a server that is set up otherwise let the definition pass.
        """
        known = self._modules.get(module_id)
        if known is None:
            raise ModuleNotInstalled(module_id)
        return known

    def __iter__(self) -> Iterator[Module]:
        return iter(sorted(self._modules.values(), key=lambda module: module.module_id))

    def __contains__(self, module_id: object) -> bool:
        return module_id in self._modules

    @property
    def ids(self) -> list[str]:
        return sorted(self._modules)


def load_registry(extra: Iterable[str] = ()) -> Registry:
    """Built-in modules, those of installed packages, and those in the Python modules named in `extra`.

    Raises:
        SetupError: a module cannot be imported or has no `Module` class, or a class cannot be used.
    """
    registry = Registry()
    for name in BUILT_IN:
        _add_all(registry, import_module(name))
    for entry in entry_points(group=ENTRY_POINT_GROUP):
        loaded = entry.load()
        if inspect.ismodule(loaded):
            _add_all(registry, loaded)
        else:
            _check_methods(loaded)
            registry.add(loaded)
    for name in extra:
        if not _add_all(registry, _import(name)):
            raise SetupError(
                f"INTERLUDE_MODULES: '{name}' has no Module class with a module_id. Give one, or leave it out."
            )
    return registry


def _import(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError as error:
        raise SetupError(f"INTERLUDE_MODULES: cannot import '{name}': {error}") from error


def _add_all(registry: Registry, namespace: ModuleType) -> int:
    """How many classes it has."""
    bases = (Module, InteractiveModule, FlowModule)
    members = [cls for _, cls in inspect.getmembers(namespace, inspect.isclass)]
    found = [cls for cls in members if issubclass(cls, Module) and cls not in bases and cls.module_id]
    for cls in found:
        _check_methods(cls)
        registry.add(cls)
    return len(found)


def _check_id(cls: type[Module]) -> None:
    if not cls.module_id:
        raise SetupError(f"{_name(cls)} has no module_id. Give it one, like 'demo.shout'.")
    if not MODULE_ID.fullmatch(cls.module_id):
        raise SetupError(
            f"{_name(cls)}: '{cls.module_id}' cannot be a module_id. Use letters, digits, _ and -, "
            "with dots between, like 'demo.shout'."
        )


def _check_methods(cls: type[Module]) -> None:
    if issubclass(cls, InteractiveModule):
        missing = "complete" if cls.complete is InteractiveModule.complete else None
    else:
        missing = "execute" if cls.execute is Module.execute and not issubclass(cls, FlowModule) else None
    if missing:
        raise SetupError(f"{_name(cls)} has no '{missing}'. Write one; it is what the engine calls.")


def _name(cls: type[Module]) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"
