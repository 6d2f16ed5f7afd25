"""The module types that this server knows: built in, by entry point, and from INTERLUDE_MODULES."""

import inspect
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.metadata import entry_points
from types import ModuleType

from backend.core.errors import ModuleNotInstalled, SetupError
from backend.server.modules.base import FlowModule, InteractiveModule, Module

ENTRY_POINT_GROUP = "interlude.modules"

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
            SetupError: it has no `module_id`, or another class has the same one.
        """
        if not cls.module_id:
            raise SetupError(f"{cls.__module__}.{cls.__qualname__} has no module_id.")
        known = self._modules.get(cls.module_id)
        if known is not None and type(known) is not cls:
            raise SetupError(
                f"Two classes say module_id '{cls.module_id}': {type(known).__module__}.{type(known).__qualname__} "
                f"and {cls.__module__}.{cls.__qualname__}. Rename one."
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
        SetupError: a module cannot be imported, or two classes share an id.
    """
    registry = Registry()
    for name in BUILT_IN:
        _add_all(registry, import_module(name))
    for entry in entry_points(group=ENTRY_POINT_GROUP):
        loaded = entry.load()
        if inspect.ismodule(loaded):
            _add_all(registry, loaded)
        else:
            registry.add(loaded)
    for name in extra:
        _add_all(registry, _import(name))
    return registry


def _import(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError as error:
        raise SetupError(f"INTERLUDE_MODULES: cannot import '{name}': {error}") from error


def _add_all(registry: Registry, namespace: ModuleType) -> None:
    bases = (Module, InteractiveModule, FlowModule)
    for _, cls in inspect.getmembers(namespace, inspect.isclass):
        if issubclass(cls, Module) and cls not in bases and cls.module_id:
            registry.add(cls)
