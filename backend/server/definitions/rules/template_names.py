"""Which names a checked template reads from its scope, and which of them it asks about first."""

from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import nodes

from backend.server.definitions.words import TEMPLATE_GLOBALS
from backend.server.templating.language import parse, references

_ASKING = {"defined", "undefined", "default", "d"}


@dataclass(frozen=True, slots=True)
class TemplateNames:
    """`paths` are the dotted names that it reads; `guarded` names are tested (`is defined`, `default`) somewhere."""

    paths: frozenset[tuple[str, ...]]
    guarded: frozenset[str]

    @property
    def used(self) -> list[str]:
        return sorted({path[0] for path in self.paths} - TEMPLATE_GLOBALS)


def names_of(source: str) -> TemplateNames:
    """The names in a template.

    Raises:
        TemplateSyntax, TemplateBudget: it cannot be used.
    """
    paths = references(source)
    return TemplateNames(paths, frozenset(_guarded(parse(source))))


def _guarded(tree: nodes.Template) -> Iterator[str]:
    for node in _below(tree):
        if isinstance(node, nodes.Test | nodes.Filter) and node.name in _ASKING and node.node is not None:
            yield from (name.name for name in _below(node.node) if isinstance(name, nodes.Name))


def _below(root: nodes.Node) -> Iterator[nodes.Node]:
    """The node and all below it. Without recursion: a chain of filters is as deep as it is long."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(node.iter_child_nodes())
