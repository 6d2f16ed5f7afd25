"""The published contract as the server itself uses it: which call a request is, and which parameters that call has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.types import Scope

METHODS = frozenset({"get", "post", "put", "patch", "delete"})


@dataclass(frozen=True, slots=True)
class Operation:
    """One call. `route` is its path template, `query` the names of its query parameters."""

    method: str
    route: str
    query: frozenset[str]


def operations_of(document: Mapping[str, Any]) -> dict[str, Operation]:
    """The calls of an OpenAPI document by operationId."""
    return {
        call["operationId"]: Operation(method.upper(), route, _query_names(call))
        for route, calls in document["paths"].items()
        for method, call in calls.items()
        if method in METHODS
    }


def _query_names(call: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(item["name"] for item in call.get("parameters", ()) if item["in"] == "query")


def find_operation(scope: Scope) -> Operation | None:
    """The call that a routed request is. An endpoint's name is its operationId; static files have none."""
    return _operations(scope).get(getattr(scope.get("endpoint"), "__name__", ""))


def methods_at(scope: Scope) -> list[str]:
    """The methods of an address that was found, whatever the request's own; empty for what is no call."""
    found = find_operation(scope)
    return sorted(item.method for item in _operations(scope).values() if found and item.route == found.route)


def _operations(scope: Scope) -> dict[str, Operation]:
    return getattr(scope["app"].state, "operations", {}) if "app" in scope else {}
