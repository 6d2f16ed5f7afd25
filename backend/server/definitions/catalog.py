"""What the checks need to know about module types. The registry of modules satisfies it."""

from typing import Protocol, runtime_checkable

from pydantic import BaseModel


class ModuleType(Protocol):
    """One type of module."""

    @property
    def interactive(self) -> bool: ...

    @property
    def Inputs(self) -> type[BaseModel]: ...  # noqa: N802 - the name that module authors write

    @property
    def Outputs(self) -> type[BaseModel]: ...  # noqa: N802  # named as on module classes


@runtime_checkable
class OffersSubAction(Protocol):
    """Interactive types can say whether they have a `sub_action()` of their own."""

    def offers_sub_action(self) -> bool: ...


class ModuleCatalog(Protocol):
    """The module types of this server, by `module_id`."""

    def find(self, module_id: str) -> ModuleType | None: ...

    @property
    def ids(self) -> list[str]: ...
