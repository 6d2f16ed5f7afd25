"""Puts a hook where Jinja2 would compute by itself: loops, `~`, comparisons, slices and object literals.

The hooks are filters under names that no template can write. Jinja2 itself has hooks for arithmetic, lookups, calls
and output; see sandbox.py.
"""

from collections.abc import Callable
from typing import Any

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

EACH, CONCAT, COMPARE, CUT, OBJECT = "(each)", "(concat)", "(compare)", "(cut)", "(object)"


class Hooks(NodeTransformer):
    """Rewrites a checked syntax tree in place, from the leaves up."""

    def generic_visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> nodes.Node:
        super().generic_visit(node, *args, **kwargs)
        rewrite = _REWRITES.get(type(node))
        return rewrite(node) if rewrite is not None else node


def _loop(node: nodes.For) -> nodes.Node:
    node.iter = _hook(EACH, node.iter)
    return node


def _concat(node: nodes.Concat) -> nodes.Node:
    return _hook(CONCAT, *node.nodes)


def _compare(node: nodes.Compare) -> nodes.Node:
    rest = (part for operand in node.ops for part in (nodes.Const(operand.op), operand.expr))
    return _hook(COMPARE, node.expr, *rest)


def _subscript(node: nodes.Getitem) -> nodes.Node:
    if not isinstance(node.arg, nodes.Slice):
        return node
    bounds = (node.arg.start, node.arg.stop, node.arg.step)
    return _hook(CUT, node.node, *(bound or nodes.Const(None) for bound in bounds))


def _object(node: nodes.Dict) -> nodes.Node:
    return _hook(OBJECT, nodes.Const(None), *(part for pair in node.items for part in (pair.key, pair.value)))


def _hook(name: str, subject: nodes.Node, *args: nodes.Node) -> nodes.Filter:
    return nodes.Filter(subject, name, list(args), [], None, None, lineno=subject.lineno)


_REWRITES: dict[type, Callable[[Any], nodes.Node]] = {
    nodes.For: _loop,
    nodes.Concat: _concat,
    nodes.Compare: _compare,
    nodes.Getitem: _subscript,
    nodes.Dict: _object,
}
