"""Names with a meaning of their own: in templates, and in the addresses of workflows."""

from backend.server.templating.language import FUNCTIONS

SCOPE_WORDS = frozenset({"state", "trigger", "config", "run", "step", "params", "item", "index", "secrets"})

TEMPLATE_GLOBALS = FUNCTIONS

# fmt: off
JINJA_WORDS = frozenset(
    {
        "and", "block", "break", "call", "caller", "continue", "cycler", "debug", "do", "elif", "else",
        "endblock", "endcall", "endfilter", "endfor", "endif", "endmacro", "endraw", "endset", "endtrans",
        "endwith", "extends", "false", "False", "filter", "for", "from", "if", "import", "in", "include", "is",
        "joiner", "kwargs", "lipsum", "loop", "macro", "namespace", "none", "None", "not", "or", "pluralize",
        "raw", "recursive", "self", "set", "super", "trans", "true", "True", "varargs", "with",
    }
)
# fmt: on

RESERVED = SCOPE_WORDS | TEMPLATE_GLOBALS | JINJA_WORDS

ADDRESS_WORDS = frozenset({"list", "schema", "validate"})
"""What the HTTP API says under `/workflows/`: a workflow of such a name could not be read there."""
