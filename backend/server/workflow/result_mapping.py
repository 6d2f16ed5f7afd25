"""How values get into state: `outputs_to_state` of a module, `result_mapping` of a sub-action. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from backend.core.errors import MappingMismatch, MappingSourceMissing
from backend.core.jsonvalue import encoded, type_names
from backend.core.statepath import MISSING, deep_merge, get_path, set_path
from backend.server.definitions.models import ResultMapping

JsonObject = dict[str, Any]


def apply_result_mapping(
    mappings: Sequence[ResultMapping], child_state: Mapping[str, Any], state: JsonObject
) -> JsonObject:
    """What a sub-action writes into the waiting run's state, as `{target: value}`.

    Each mapping sees what the ones before it wrote. Nothing is changed in place.

    Args:
        state: the run's state at the moment of writing.

    Raises:
        MappingSourceMissing: a source is not in the child state, and not optional.
        MappingMismatch: the mode does not fit the two values, or the target leads into a list.
    """
    writes: JsonObject = {}
    for mapping in mappings:
        value = get_path(child_state, mapping.source)
        if value is MISSING:
            if mapping.optional:
                continue
            raise MappingSourceMissing(mapping.source)
        _refuse_lists_on_the_way(state, mapping.target)
        existing = get_path(state, mapping.target)
        combined = combine(mapping, None if existing is MISSING else existing, value)
        writes.pop(mapping.target, None)  # written twice: the later place in the order counts
        writes[mapping.target] = combined
        state = set_path(state, mapping.target, combined)
    return writes


def _refuse_lists_on_the_way(state: JsonObject, target: str) -> None:
    """A write makes an object of whatever stands on its way; of a list, that would lose every element."""
    parts = target.split(".")
    for at in range(1, len(parts)):
        above = ".".join(parts[:at])
        if isinstance(get_path(state, above), list):
            raise MappingMismatch(
                f"The target '{target}' leads into the list '{above}'. Map the whole list, or use mode 'upsert' on it."
            )


def combine(mapping: ResultMapping, existing: Any, value: Any) -> Any:
    """The target's new value. A missing (or null) target counts as empty."""
    match mapping.mode:
        case "merge":
            return _merge(existing, value, mapping.target)
        case "append":
            return [*_list_at(existing, mapping), value]
        case "upsert":
            return _upsert(_list_at(existing, mapping), value, mapping)
    return value


def _merge(existing: Any, value: Any, target: str) -> Any:
    if existing is None:
        existing = [] if isinstance(value, list) else {}
    if isinstance(existing, list) and isinstance(value, list):
        return [*existing, *value]
    if isinstance(existing, dict) and isinstance(value, dict):
        return deep_merge(existing, value)
    raise MappingMismatch(
        f"'merge' into '{target}' needs two lists or two objects, not {_kind(existing)} and {_kind(value)}."
    )


def _list_at(existing: Any, mapping: ResultMapping) -> list[Any]:
    if existing is None:
        return []
    if not isinstance(existing, list):
        raise MappingMismatch(f"'{mapping.mode}' into '{mapping.target}' needs a list there, not {_kind(existing)}.")
    return existing


def _upsert(existing: list[Any], value: Any, mapping: ResultMapping) -> list[Any]:
    key = mapping.key or ""
    result = list(existing)
    positions = {_identity(item[key]): at for at, item in enumerate(result) if isinstance(item, dict) and key in item}
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, dict) or key not in item:
            raise MappingMismatch(f"'upsert' into '{mapping.target}' needs objects with the key '{key}'.")
        at = positions.get(_identity(item[key]))
        if at is None:
            positions[_identity(item[key])] = len(result)
            result.append(item)
        else:
            result[at] = item
    return result


def _identity(value: Any) -> bytes:
    """Equal JSON values, and only they, have equal identities (1 and true differ; the order of keys does not count)."""
    return encoded(value)


def _kind(value: Any) -> str:
    return type_names.get(type(value), "a number")


def state_writes(outputs_to_state: Mapping[str, str], output: Mapping[str, Any]) -> JsonObject:
    """What a finished module writes into state. An output key that is absent writes nothing."""
    found = ((target, get_path(output, key)) for key, target in outputs_to_state.items())
    return {target: value for target, value in found if value is not MISSING}
