"""What a template may say. Reading one is safe on hostile text: nothing is computed, and its size is limited."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, NamedTuple

from jinja2 import TemplateSyntaxError, nodes

from backend.core.errors import TemplateBudget, TemplateSyntax
from backend.core.jsonvalue import MAX_INT, MIN_INT
from backend.server.templating.filters import FILTERS
from backend.server.templating.limits import MAX_DEPTH, MAX_LOOP_DEPTH, MAX_NODES, MAX_SOURCE
from backend.server.templating.lookup import CALLABLE
from backend.server.templating.predicates import TESTS
from backend.server.templating.sandbox import Sandbox
from backend.server.templating.scope import Path, constant_name, find_references

FUNCTIONS = frozenset({"range", "dict"})

_ENVIRONMENT = Sandbox()
"""For reading only: nothing is ever rendered with it."""

_ALLOWED: frozenset[type] = frozenset(
    {
        *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.With, nodes.FilterBlock),
        *(nodes.Assign, nodes.AssignBlock, nodes.Name, nodes.Const, nodes.Tuple, nodes.List, nodes.Dict, nodes.Pair),
        *(nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Filter, nodes.Test, nodes.Call, nodes.Keyword),
        *(nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.Concat, nodes.And, nodes.Or, nodes.Not, nodes.Neg),
        *(nodes.Pos, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow),
    }
)

_REFUSED: dict[type, str] = {
    nodes.Include: "{% include %}",
    nodes.Import: "{% import %}",
    nodes.FromImport: "{% from %}",
    nodes.Extends: "{% extends %}",
    nodes.Block: "{% block %}",
    nodes.Macro: "{% macro %}",
    nodes.CallBlock: "{% call %}",
    nodes.NSRef: "setting a part of a value",
    nodes.ScopedEvalContextModifier: "{% autoescape %}",
}


def is_template(text: str) -> bool:
    """Whether the text is anything else than itself."""
    return "{" in text and ("{{" in text or "{%" in text or "{#" in text)


def check_template(source: str) -> None:
    """Refuses what cannot be rendered, as far as that can be seen without values.

    Raises:
        TemplateSyntax: not Jinja2, or something of it that is not offered here.
        TemplateBudget: too long, too large or nested too deeply.
    """
    read(source)


def references(source: str) -> frozenset[Path]:
    """The dotted names that a template reads from its scope: `{{ state.topic ~ params.x }}` reads two.

    What is only known while rendering is left out: `state[name].title` reads `("state",)` and `("name",)`.

    Raises:
        TemplateSyntax, TemplateBudget: as `check_template`.
    """
    return read(source).references


class Reading(NamedTuple):
    """What is known of a template without rendering it.

    `is_expression` says that it is exactly `{{ expression }}`, so its value need not be text. `path` is there if
    that is nothing but one dotted name: `{{ state.topic }}`.
    """

    references: frozenset[Path]
    is_expression: bool
    path: Path | None


@lru_cache(maxsize=2048)
def read(source: str) -> Reading:
    """Checks a template and says what it reads; quick for one read before.

    Raises:
        TemplateSyntax, TemplateBudget: as `check_template`.
    """
    with _own_errors(source):
        tree = _parse(source)
        expression = lone_expression(source, tree)
        return Reading(find_references(tree, _ENVIRONMENT), expression is not None, _lone_path(expression))


def parse(source: str) -> nodes.Template:
    """The checked syntax tree.

    Raises:
        TemplateSyntax, TemplateBudget: as `check_template`.
    """
    with _own_errors(source):
        return _parse(source)


@contextmanager
def _own_errors(source: str) -> Iterator[None]:
    try:
        yield
    except TemplateSyntaxError as error:
        where = f" (line {error.lineno})" if "\n" in source else ""
        raise TemplateSyntax(f"{error.message or 'it is no Jinja2'}{where}", template=source) from None
    except RecursionError:
        raise TemplateBudget("it is nested too deeply", template=source) from None
    except ValueError:  # an integer literal of thousands of digits
        raise TemplateSyntax("it holds a number that is too long", template=source) from None


def _parse(source: str) -> nodes.Template:
    if len(source) > MAX_SOURCE:
        raise TemplateBudget(f"it has more than {MAX_SOURCE:,} characters", template=source)
    tree = _ENVIRONMENT.parse(source)
    _check(tree)
    return tree


def _lone_path(node: nodes.Expr | None) -> Path | None:
    parts: list[str] = []
    while isinstance(node, nodes.Getattr | nodes.Getitem):
        name = constant_name(node)
        if name is None:
            return None
        parts.append(name)
        node = node.node
    return (node.name, *reversed(parts)) if isinstance(node, nodes.Name) else None


def lone_expression(source: str, tree: nodes.Template) -> nodes.Expr | None:
    """The expression of a template that is exactly `{{ expression }}`, but for the line end that Jinja2 drops."""
    if not (source.startswith("{{") and source.rstrip("\r\n").endswith("}}") and len(tree.body) == 1):
        return None
    output = tree.body[0]
    if not isinstance(output, nodes.Output) or len(output.nodes) != 1:
        return None
    expression = output.nodes[0]
    return None if isinstance(expression, nodes.TemplateData) else expression


def _check(tree: nodes.Template) -> None:
    stack: list[tuple[nodes.Node, int, int]] = [(tree, 1, 0)]
    count = 0
    while stack:
        node, depth, loops = stack.pop()
        count += 1
        if type(node) is nodes.For:
            loops += 1
        if count > MAX_NODES:
            raise TemplateBudget(f"it has more than {MAX_NODES:,} parts; split it")
        if depth > MAX_DEPTH or loops > MAX_LOOP_DEPTH:
            raise TemplateBudget("it is nested too deeply")
        _check_node(node)
        stack.extend((child, depth + 1, loops) for child in node.iter_child_nodes())


def _check_node(node: nodes.Node) -> None:
    kind = type(node)
    if kind not in _ALLOWED:
        _fail(node, f"{_REFUSED.get(kind, kind.__name__)} is not offered in templates")
    check = _CHECKS.get(kind)
    if check is not None:
        check(node)


def _check_name(node: nodes.Name) -> None:
    if node.name in {"self", "super", "caller", "varargs", "kwargs"}:
        _fail(node, f"the name '{node.name}' is not offered in templates")


def _check_for(node: nodes.For) -> None:
    if node.recursive:
        _fail(node, "a recursive loop is not offered in templates")


def _check_const(node: nodes.Const) -> None:
    value = node.value
    if type(value) is int and not MIN_INT <= value <= MAX_INT:
        _fail(node, "it holds an integer beyond 64 bits")
    if type(value) is float and value in {float("inf"), float("-inf")}:
        _fail(node, "it holds a number that is too large")


def _check_filter(node: nodes.Filter) -> None:
    _check_known("filter", node.name, FILTERS, node)
    _check_arguments(node)
    _check_fit("filter", FILTERS[node.name], node)
    first = node.args[0] if node.args else None
    if node.name == "map" and isinstance(first, nodes.Const):
        _check_known("filter", first.value, FILTERS, node)


def _check_test(node: nodes.Test) -> None:
    _check_known("test", node.name, TESTS, node)
    _check_arguments(node)
    _check_fit("test", TESTS[node.name], node)


def _check_fit(kind: str, function: Callable[..., Any], node: nodes.Filter | nodes.Test) -> None:
    given = {str(keyword.key): keyword.value for keyword in node.kwargs}
    try:
        _signature(function).bind(None, node.node, *node.args, **given)
    except TypeError as error:
        _fail(node, f"the arguments of the {kind} '{node.name}' do not fit: {error}")


_signature = lru_cache(maxsize=None)(inspect.signature)


def _check_known(kind: str, name: Any, table: dict[str, Any], node: nodes.Node) -> None:
    if name not in table:
        close = get_close_matches(str(name)[:40], table, n=1)
        hint = f"did you mean '{close[0]}'?" if close else f"there are: {', '.join(sorted(table))}"
        _fail(node, f"there is no {kind} '{name}'; {hint}")


def _check_call(node: nodes.Call) -> None:
    _check_arguments(node)
    called = node.node
    if isinstance(called, nodes.Name) and called.name in FUNCTIONS:
        return
    if isinstance(called, nodes.Getattr) and called.attr in CALLABLE:
        return
    name = getattr(called, "attr", getattr(called, "name", "this"))
    offers = ", ".join([*sorted(FUNCTIONS), *sorted(CALLABLE)])
    _fail(node, f"'{name}' cannot be called; what can is: {offers}")


def _check_arguments(node: nodes.Filter | nodes.Test | nodes.Call) -> None:
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        _fail(node, "arguments with * or ** are not offered in templates")
    names = [str(keyword.key) for keyword in node.kwargs]
    for name in names:
        if name.startswith("__") or names.count(name) > 1:
            _fail(node, f"the argument '{name}' is given twice or has a name that is not offered")


def _fail(node: nodes.Node, message: str) -> None:
    raise TemplateSyntaxError(message, node.lineno)


_CHECKS: dict[type, Any] = {
    nodes.Name: _check_name,
    nodes.For: _check_for,
    nodes.Const: _check_const,
    nodes.Filter: _check_filter,
    nodes.Test: _check_test,
    nodes.Call: _check_call,
}
