"""The offline generator: text and JSON from a seeded grammar. It is no language model and says so.

The same input and seed give the same answer, on every machine. See `api.llm` for what it reads in the input.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from backend.server.modules.api.offline_text.prose import write_prose
from backend.server.modules.api.offline_text.request import read_request
from backend.server.modules.api.offline_text.scene import Setup, make_setup
from backend.server.modules.api.offline_text.schema import Filler
from backend.server.modules.api.offline_text.topic import read_topic

if TYPE_CHECKING:
    from backend.server.modules.api.llm import LlmInputs
    from backend.server.modules.base import ModuleContext

MODEL = "offline-grammar"


def answer_offline(inputs: "LlmInputs", context: "ModuleContext") -> dict[str, Any]:
    """The outputs of `api.llm`. No tokens are spent, so `usage` is all zeros."""
    response = generate(
        _conversation(inputs),
        system=inputs.system or "",
        schema=inputs.json_schema,
        seed=inputs.seed or 0,
        report=context.report,
    )
    usage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    return {"response": response, "provider": "offline", "model": MODEL, "usage": usage}


def generate(
    text: str,
    *,
    system: str = "",
    schema: dict[str, Any] | None = None,
    seed: int = 0,
    report: Callable[[float | None, str | None], None] = lambda progress, message: None,
) -> Any:
    """Text, or with a schema a value that fits it.

    Raises:
        ModuleError: the request cannot be met by a grammar (a translation, an odd pattern).
    """
    report(0.1, "Reading the request")
    setup = _setup(text, system=system, seed=seed)
    report(0.4, f"Writing about {setup.topic.short}")
    answer = write_prose(setup) if schema is None else Filler(setup, schema).fill()
    report(1.0, "Written by the offline generator")
    return answer


def _setup(text: str, *, system: str, seed: int) -> Setup:
    request = read_request(text)
    return make_setup(request, topic=read_topic(request.topic or request.text), seed=f"{seed}\x1f{system}\x1f{text}")


def _conversation(inputs: "LlmInputs") -> str:
    """What the user said, the last thing first: labels in the input win over those of earlier turns."""
    earlier = [message.content for message in inputs.messages if message.role == "user"]
    return "\n".join([*([inputs.input] if inputs.input else []), *reversed(earlier)])
