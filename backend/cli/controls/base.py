"""What every control can do."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from backend.cli.terminal import Terminal

JsonObject = dict[str, Any]


class Control(ABC):
    """One kind of question. `letters` are what it reads itself, so no sub-action gets them."""

    letters: ClassVar[str] = ""
    asks_by_itself: ClassVar[bool] = False
    """Whether it may start to ask at once where there is nothing to choose but to answer."""

    def __init__(self, data: JsonObject) -> None:
        self.data = data

    @property
    @abstractmethod
    def hint(self) -> str:
        """What to type."""

    @abstractmethod
    def show(self, terminal: Terminal) -> None:
        """Prints what the question is about."""

    @abstractmethod
    def read(self, terminal: Terminal, typed: str) -> Any:
        """The response; may ask for more.

        Raises:
            Misread: `typed` is no answer.
        """
