"""The Jinja2 environment: allow-listed names, JSON values, and a budget for everything that computes.

It bounds what a template can do. What it lets slip is stopped from outside: rendering happens in a process that
can be killed.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from jinja2 import nodes, pass_context
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from backend.core.errors import TemplateBudget, TemplateError
from backend.server.templating.budget import Budget
from backend.server.templating.filters import FILTERS
from backend.server.templating.limits import MAX_RANGE, MAX_TEXT, MAX_TOKENS
from backend.server.templating.list_filters import each
from backend.server.templating.lookup import look_up
from backend.server.templating.operators import ARITHMETIC, compare, compute, concat, cut
from backend.server.templating.predicates import TESTS
from backend.server.templating.rewrite import COMPARE, CONCAT, CUT, EACH, OBJECT, Hooks
from backend.server.templating.text import text, too_much_text
from backend.server.templating.values import Function, Unknown, key_of, number

RESULT = "_value_of_the_expression"

Compiled = Callable[[Mapping[str, Any]], Any]


def make_range(budget: Budget, *bounds: Any) -> list[int]:
    """`range`, as a list."""
    wanted = range(*(number(bound, "range") for bound in bounds))
    if wanted[MAX_RANGE:]:
        raise TemplateBudget(f"a range has at most {MAX_RANGE:,} numbers")
    budget.hold(8 * len(wanted))
    return list(wanted)


def make_object(budget: Budget, _: Any, *flat: Any) -> dict[Any, Any]:
    """An object literal: key, value, key, value."""
    budget.step(len(flat) // 2)
    return {key_of(flat[index]): flat[index + 1] for index in range(0, len(flat), 2)}


def make_dict(budget: Budget, start: Any = None, /, **items: Any) -> dict[Any, Any]:
    """`dict`: a copy of an object, with more keys."""
    if start is None:
        return items
    if type(start) is not dict:
        budget.measure(start)
        raise TemplateError("'dict' copies an object; write dict(a=1) or dict(object, a=1)")
    budget.step(len(start))
    return {**start, **items}


_HOOKS: dict[str, Callable[..., Any]] = {
    EACH: each,
    CONCAT: concat,
    COMPARE: compare,
    CUT: cut,
    OBJECT: make_object,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {"range": make_range, "dict": make_dict}


class TokenLimit(Extension):
    """Stops reading a template that has too many tokens."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        for count, token in enumerate(stream):
            if count > MAX_TOKENS:
                raise TemplateBudget("it is too long; split it")
            yield token


class Sandbox(ImmutableSandboxedEnvironment):
    """Compiles and renders; one rendering at a time, paid from `budget`."""

    intercepted_binops = frozenset(ARITHMETIC)

    def __init__(self) -> None:
        # optimized=False: constants must not be computed while compiling, where no budget watches.
        super().__init__(undefined=Unknown, autoescape=False, optimized=False, cache_size=0, extensions=[TokenLimit])
        self.budget = Budget()
        self.filters = self._paid({**FILTERS, **_HOOKS})
        self.tests = self._paid(TESTS)
        self.globals = {name: Function(name, call) for name, call in self._paid(_FUNCTIONS).items()}
        self.finalize = _finalize
        self.concat = self._concat  # type: ignore[method-assign]  # Jinja's own way to set it

    def _paid(self, table: Mapping[str, Callable[..., Any]]) -> dict[str, Any]:
        """The functions of a table, each with the budget as its first argument."""
        return {name: partial(function, self.budget) for name, function in table.items()}

    def getattr(self, obj: Any, attribute: str) -> Any:
        return look_up(self.budget, obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        return look_up(self.budget, obj, argument)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        self.budget.step()
        if type(obj) is not Function:
            self.budget.measure(obj)
            raise TemplateError("it calls something that is not a function")
        kwargs.pop("_loop_vars", None)
        try:
            return obj.call(*args, **kwargs)
        except TypeError as error:
            raise TemplateError(f"'{obj.name}' was called with arguments that do not fit") from error

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        return compute(self.budget, operator, left, right)

    def compile_text(self, tree: nodes.Template) -> Compiled:
        """Of a checked tree: a function of the scope that gives text."""
        template = self.from_string(Hooks().visit(tree))

        def render(scope: Mapping[str, Any]) -> str:
            context = template.new_context(dict(scope))
            return self._concat(template.root_render_func(context))

        return render

    def compile_value(self, expression: nodes.Expr) -> Compiled:
        """Of one checked expression: a function of the scope that gives its value, as `compile_expression` does."""
        target = nodes.Assign(nodes.Name(RESULT, "store"), Hooks().visit(expression), lineno=1)
        template = self.from_string(nodes.Template([target], lineno=1))

        def evaluate(scope: Mapping[str, Any]) -> Any:
            context = template.new_context(dict(scope))
            for _ in template.root_render_func(context):
                pass
            return context.vars[RESULT]

        return evaluate

    def _concat(self, parts: Iterable[str]) -> str:
        """Joins what was put out, and stops at the limit before it is there."""
        kept = []
        size = 0
        for part in parts:
            kept.append(part)
            size += len(part)
            if size > MAX_TEXT:
                too_much_text()
        self.budget.hold(size)
        return "".join(kept)


@pass_context
def _finalize(context: Context, value: Any) -> str:
    """What `{{ }}` puts out. Taking the context keeps Jinja2 from computing constants while it compiles."""
    sandbox: Sandbox = context.environment  # type: ignore[assignment]  # always ours
    sandbox.budget.step()
    return text(sandbox.budget, value)
