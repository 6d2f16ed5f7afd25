"""Exit codes, the same for every command, and the one line that an error becomes."""

from enum import IntEnum

from backend.core.errors import InterludeError, InvalidDefinition, SetupError


class Exit(IntEnum):
    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    CONFLICT = 4
    UNAVAILABLE = 5


EXPLANATION = (
    "Exit codes: 0 done, 1 it failed (a run, a definition), 2 wrong usage or input, 3 not found, "
    "4 conflict with what is there, 5 no server, no access or wrong set-up."
)

_BY_STATUS = {
    401: Exit.UNAVAILABLE,
    403: Exit.UNAVAILABLE,
    404: Exit.NOT_FOUND,
    409: Exit.CONFLICT,
    502: Exit.UNAVAILABLE,
    503: Exit.UNAVAILABLE,
    504: Exit.UNAVAILABLE,
}


class WrongUsage(InterludeError):
    """The command line asks for something that makes no sense. The message says what would."""

    code, status, title = "usage", 422, "Wrong usage"


class NeedsAnswer(InterludeError):
    """A run waits for a person, and nobody is there to be asked."""

    code, title = "needs_answer", "The run waits"


def exit_code(error: InterludeError) -> Exit:
    """The code for an error of ours or of the server."""
    if isinstance(error, SetupError):
        return Exit.UNAVAILABLE
    if isinstance(error, InvalidDefinition) or error.code == InvalidDefinition.code:
        return Exit.FAILED
    if error.status in _BY_STATUS:
        return _BY_STATUS[error.status]
    return Exit.USAGE if 400 <= error.status < 500 else Exit.FAILED
