"""Which names a template reads from its scope, and the part of the scope that holds them."""

from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame

Path = tuple[str, ...]


def find_references(tree: nodes.Template, environment: Environment) -> frozenset[Path]:
    """The dotted names that a checked tree reads from outside, each as far as it is known beforehand.

    Raises:
        jinja2.TemplateSyntaxError: the compiler finds a fault that the parser lets pass.
    """
    generator = _Outside(environment)
    generator.visit(tree)
    outside = generator.names
    found: set[Path] = set()
    stack: list[nodes.Node] = [tree]
    while stack:
        node = stack.pop()
        path, rest = _path(node)
        if path and path[0] in outside:
            found.add(path)
        stack.extend(rest)
    return frozenset(found)


def _path(node: nodes.Node) -> tuple[Path, list[nodes.Node]]:
    """The dotted name that begins at the node, if one does, and the nodes that are not part of it."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr):
        # A method needs the value that it is called on.
        return (), [node.node.node, *node.args, *node.kwargs]
    if isinstance(node, nodes.Call):
        return (), [*node.args, *node.kwargs]
    parts: list[str] = []
    inner = node
    while isinstance(inner, nodes.Getattr | nodes.Getitem):
        name = constant_name(inner)
        if name is None:
            break
        parts.append(name)
        inner = inner.node
    if isinstance(inner, nodes.Name):
        return (inner.name, *reversed(parts)), []
    return (), list(inner.iter_child_nodes())


def constant_name(node: nodes.Getattr | nodes.Getitem) -> str | None:
    """The name in `a.name` or `a["name"]`; None where it is computed, or a number."""
    if isinstance(node, nodes.Getattr):
        return node.attr
    if isinstance(node.arg, nodes.Const) and type(node.arg.value) is str:
        return node.arg.value
    return None


class _Outside(CodeGenerator):
    """Jinja2's compiler, writing nothing: it knows best which names a template resolves from its scope."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment, None, None, optimized=False)
        self.names: set[str] = set()

    def write(self, x: str) -> None:
        """Throws the code away."""

    def enter_frame(self, frame: Frame) -> None:
        super().enter_frame(frame)
        self.names.update(str(name) for action, name in frame.symbols.loads.values() if action == "resolve")


def part_of(scope: Mapping[str, Any], paths: Iterable[Path]) -> dict[str, Any]:
    """A copy of the scope down to the given paths; the values at their ends are shared, not copied."""
    part: dict[str, Any] = {}
    for path in sorted(paths, key=len):  # a whole value first, so that nothing is ever put into it
        _take(scope, part, path)
    return part


def _take(source: Mapping[str, Any], target: dict[str, Any], path: Path) -> None:
    for index, name in enumerate(path):
        if name not in source:
            return
        value = source[name]
        if index == len(path) - 1 or type(value) is not dict:
            target[name] = value
            return
        below = target.setdefault(name, {})
        if below is value:
            return
        source, target = value, below
