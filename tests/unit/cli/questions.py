"""One question of each kind, as the server shows it."""

from typing import Any

from tests.fixtures.fake_api import Work

Json = dict[str, Any]


def question(kind: str, data: Any, response_schema: Json, **more: Any) -> Json:
    return {
        "kind": kind,
        "module_name": f"ask_{kind}",
        "title": f"A {kind} question",
        "prompt": "Please answer.",
        "data": data,
        "response_schema": response_schema,
        "sub_actions": [],
        "path": [],
        **more,
    }


def options(*labels: str) -> list[Json]:
    return [{"index": i, "value": text, "label": text, "description": None} for i, text in enumerate(labels)]


def select(*, multiple: bool = False, **more: Any) -> Json:
    data = {"options": options("Dune", "Reef"), "multiple": multiple, "min": 1, "max": None}
    index = {"type": "integer", "minimum": 0, "maximum": 2}
    return question(
        "select", data, {"type": "object", "properties": {"selected": {"type": "array"} if multiple else index}}, **more
    )


def form(**more: Any) -> Json:
    schema = {
        "type": "object",
        "required": ["city", "days"],
        "properties": {
            "city": {"type": "string", "title": "City"},
            "days": {"type": "integer", "minimum": 1},
            "pace": {"enum": ["slow", "fast"]},
            "tags": {"type": "array", "items": {"type": "string"}},
            "guide": {"type": "boolean"},
            "hotel": {"$ref": "#/$defs/hotel"},
        },
        "$defs": {"hotel": {"type": "object", "properties": {"stars": {"type": "integer", "default": 3}}}},
    }
    values = {"type": "object", "required": ["values"], "properties": {"values": {"type": "object"}}}
    return question("form", {"schema": schema, "ui": {}, "defaults": {"city": "Oslo"}}, values, **more)


def approve(*, comment_required: bool = False) -> Json:
    data = {
        "content": "Publish it?",
        "approve_label": "Publish",
        "reject_label": "Keep back",
        "comment_required_on_reject": comment_required,
    }
    return question("approve", data, {"type": "object", "required": ["approved"]})


def review(content: Any = "Once upon a time") -> Json:
    shown = "text" if isinstance(content, str) else "json"
    data = {"content": content, "schema": None, "format": shown}
    return question("review", data, {"type": "object", "required": ["content"]})


def media(selected: Json, *names: str, **more: Any) -> Json:
    generations = [
        {"id": f"gen_{name}", "artifact_id": f"sha256:{name}", "media_type": "image/png", "size": 2048}
        for name in names
    ]
    schema = {"type": "object", "required": ["chosen"], "properties": {"chosen": selected}}
    return question("media", {"generations": generations}, schema, **more)


def sub_action(**more: Any) -> Json:
    return {"id": "again", "label": "New scenes", "loading_label": "Thinking of scenes", "hidden": False, **more}


def progress(status: str, name: str = "write", index: int = 0, **more: Any) -> tuple[str, Json]:
    return "progress", {"module_name": name, "module_index": index, "module_count": 2, "status": status, **more}


def new_scenes() -> Work:
    """Two modules, then a third scene."""

    def add_scene(asked: Json) -> None:
        asked["data"]["options"] = options("Dune", "Reef", "Glacier")
        asked["revision"] += 1

    started = ("started", {"action_id": "again"})
    messages = [
        started,
        progress("running"),
        progress("completed"),
        progress("running", "tidy", 1, message="almost"),
        progress("completed", "tidy", 1),
        ("complete", {"updated_state": {}}),
    ]
    return Work(messages, add_scene)
