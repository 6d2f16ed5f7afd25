"""What the workflow repository promises, on every database."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.core.clock import Clock, using
from backend.core.errors import InvalidQuery, ValueTooLarge, WorkflowChanged
from backend.db.records import Workflow, WorkflowVersion
from backend.db.repos.workflows import MAX_DEFINITION_BYTES, WorkflowRepo


class SlowClock(Clock):
    """A second passes each time that somebody looks."""

    def __init__(self) -> None:
        self._seconds = 0

    def utc(self) -> datetime:
        self._seconds += 1
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self._seconds)


@pytest.fixture
async def workflows(any_database: Any) -> WorkflowRepo:
    repo = WorkflowRepo(any_database)
    await repo.ensure_indexes()
    return repo


async def save(
    workflows: WorkflowRepo,
    workflow_id: str = "cc",
    *,
    content: Any = "one",
    name: str = "Creative",
    description: str = "",
    owner: str = "local",
    based_on: int | None = None,
) -> tuple[Workflow, WorkflowVersion, bool]:
    return await workflows.save_version(
        workflow_id=workflow_id,
        definition={"content": content},
        content_hash=f"hash of {content}",
        actor="ann",
        name=name,
        description=description,
        label="1.0",
        owner=owner,
        based_on=based_on,
    )


async def listed(workflows: WorkflowRepo, **query: Any) -> list[str]:
    return [item.workflow_id for item in (await workflows.list_page(**query)).items]


async def test_first_save_makes_version_one(workflows: WorkflowRepo) -> None:
    workflow, version, new = await save(workflows)

    assert (workflow.version, workflow.owner, workflow.label, workflow.archived) == (1, "local", "1.0", False)
    assert (version.version, version.definition, version.created_by) == (1, {"content": "one"}, "ann")
    assert new
    assert await workflows.find("cc") == workflow
    assert await workflows.find_version("cc", None) == version


async def test_several_are_found_at_once_and_missing_ones_left_out(workflows: WorkflowRepo) -> None:
    for workflow_id in ("one", "two", "three"):
        await save(workflows, workflow_id)
    await workflows.archive("two")

    found = await workflows.find_all({"one", "two", "gone"})

    assert sorted((item.workflow_id, item.archived) for item in found) == [("one", False), ("two", True)]
    assert await workflows.find_all(()) == []


async def test_changed_content_makes_the_next_version_and_keeps_the_first(workflows: WorkflowRepo) -> None:
    first, _, _ = await save(workflows, content="one", name="Old")
    second, _, new = await save(workflows, content="two", name="New")

    assert new
    assert (second.version, second.name, second.created_at) == (2, "New", first.created_at)
    assert [await definition(workflows, number) for number in (1, 2, None)] == ["one", "two", "two"]


async def definition(workflows: WorkflowRepo, version: int | None) -> Any:
    found = await workflows.find_version("cc", version)
    return found and found.definition["content"]


async def test_equal_content_makes_no_version(workflows: WorkflowRepo) -> None:
    first, version, _ = await save(workflows)

    assert await save(workflows) == (first, version, False)


async def test_content_of_an_older_version_is_a_version_again(workflows: WorkflowRepo) -> None:
    for content in ("one", "two", "one"):
        workflow, _, new = await save(workflows, content=content)

    assert (workflow.version, new) == (3, True)


async def test_concurrent_saves_get_numbers_of_their_own(workflows: WorkflowRepo) -> None:
    saved = await asyncio.gather(*(save(workflows, content=f"content {n}") for n in range(8)))

    assert sorted(version.version for _, version, _ in saved) == list(range(1, 9))
    assert {await definition(workflows, n) for n in range(1, 9)} == {f"content {n}" for n in range(8)}
    latest = await workflows.find("cc")
    assert latest is not None
    assert latest.version == 8
    assert latest.content_hash == f"hash of {await definition(workflows, None)}"


async def test_concurrent_saves_of_equal_content_make_one_version(workflows: WorkflowRepo) -> None:
    saved = await asyncio.gather(*(save(workflows) for _ in range(6)))

    assert [new for _, _, new in saved].count(True) == 1
    assert [item.version for item in (await workflows.list_versions("cc")).items] == [1]


async def test_save_after_a_crash_between_the_two_writes_points_to_the_version(
    workflows: WorkflowRepo, any_database: Any
) -> None:
    await save(workflows)
    await any_database["workflows"].delete_one({"_id": "cc"})

    workflow, _, new = await save(workflows)

    assert (workflow.version, new) == (1, False)
    assert await workflows.find("cc") == workflow


@pytest.mark.parametrize(
    "content", [{"$ref": "a", "$id": 1}, {"a.b": {"$where": [None, True]}}, {"z": 1, "a": 2}, "\x00 text", 0.1]
)
async def test_definition_comes_back_as_it_was(workflows: WorkflowRepo, content: Any) -> None:
    await save(workflows, content=content)

    restored = await definition(workflows, 1)
    assert restored == content
    assert not isinstance(content, dict) or list(restored) == list(content)


async def test_definition_of_some_megabytes_is_kept(workflows: WorkflowRepo) -> None:
    await save(workflows, content="ä" * 3_000_000)

    assert await definition(workflows, 1) == "ä" * 3_000_000


async def test_definition_above_the_limit_is_refused(workflows: WorkflowRepo) -> None:
    with pytest.raises(ValueTooLarge, match="'cc'"):
        await save(workflows, content="x" * MAX_DEFINITION_BYTES)

    assert await workflows.find("cc") is None


async def test_unknown_ids_and_versions_give_none(workflows: WorkflowRepo) -> None:
    await save(workflows)

    assert await workflows.find("other") is None
    assert await workflows.find_version("cc", 2) is None
    assert (await workflows.list_versions("other")).items == []


async def test_versions_are_listed_newest_first(workflows: WorkflowRepo) -> None:
    await save(workflows, content="one")
    await save(workflows, content="two")

    assert [(item.version, item.content_hash) for item in (await workflows.list_versions("cc")).items] == [
        (2, "hash of two"),
        (1, "hash of one"),
    ]


async def test_versions_come_in_pages(workflows: WorkflowRepo) -> None:
    for content in ("one", "two", "three"):
        await save(workflows, content=content)

    first = await workflows.list_versions("cc", limit=2)
    rest = await workflows.list_versions("cc", limit=2, cursor=first.next_cursor)

    assert [[item.version for item in page.items] for page in (first, rest)] == [[3, 2], [1]]
    assert rest.next_cursor is None


async def test_version_based_on_an_older_one_is_refused_with_who_was_faster(workflows: WorkflowRepo) -> None:
    await save(workflows, content="one")
    await save(workflows, content="two", based_on=1)

    with pytest.raises(WorkflowChanged) as refused:
        await save(workflows, content="three", based_on=1)

    assert (refused.value.ids["latest_version"], refused.value.ids["saved_by"]) == (2, "ann")
    assert await definition(workflows, None) == "two"


async def test_of_two_versions_on_the_same_base_one_is_saved(workflows: WorkflowRepo) -> None:
    await save(workflows, content="one")

    saved = await asyncio.gather(
        *(save(workflows, content=f"content {n}", based_on=1) for n in range(6)), return_exceptions=True
    )

    assert len([item for item in saved if not isinstance(item, BaseException)]) == 1
    assert all(isinstance(item, tuple | WorkflowChanged) for item in saved)
    assert [item.version for item in (await workflows.list_versions("cc")).items] == [2, 1]


async def test_content_that_is_there_already_is_no_conflict(workflows: WorkflowRepo) -> None:
    await save(workflows, content="one")
    await save(workflows, content="two")

    _, version, new = await save(workflows, content="two", based_on=1)

    assert (version.version, new) == (2, False)


async def test_last_changed_comes_first_where_that_is_asked_for(workflows: WorkflowRepo) -> None:
    with using(SlowClock()):
        for workflow_id in ("a", "b", "c"):
            await save(workflows, workflow_id)
        await save(workflows, "a", content="two")

    pages: list[list[str]] = []
    cursor = None
    while len(pages) < 9:
        page = await workflows.list_page(sort="changed", limit=2, cursor=cursor)
        pages.append([item.workflow_id for item in page.items])
        cursor = page.next_cursor
        if cursor is None:
            break

    assert pages == [["a", "c"], ["b"]]


async def test_cursor_of_another_order_is_refused(workflows: WorkflowRepo) -> None:
    for workflow_id in ("a", "b"):
        await save(workflows, workflow_id)
    cursor = (await workflows.list_page(limit=1)).next_cursor

    with pytest.raises(InvalidQuery, match="another order"):
        await workflows.list_page(sort="changed", limit=1, cursor=cursor)


async def test_archived_workflow_leaves_lists_and_stays_readable(workflows: WorkflowRepo) -> None:
    await save(workflows)

    assert await workflows.archive("cc")
    assert await workflows.archive("cc")

    assert await listed(workflows) == []
    assert await listed(workflows, status="archived") == ["cc"]
    assert await listed(workflows, status="all") == ["cc"]
    assert await definition(workflows, 1) == "one"


async def test_archiving_what_is_not_there_says_so(workflows: WorkflowRepo) -> None:
    assert not await workflows.archive("cc")


@pytest.mark.parametrize("content", ["one", "two"])
async def test_saving_again_brings_an_archived_workflow_back(workflows: WorkflowRepo, content: str) -> None:
    await save(workflows, content="one")
    await workflows.archive("cc")

    workflow, _, _ = await save(workflows, content=content)

    assert not workflow.archived
    assert await listed(workflows) == ["cc"]


async def test_pages_follow_name_then_id_and_miss_none(workflows: WorkflowRepo) -> None:
    for workflow_id, name in [("c", "beta"), ("b", "Alpha"), ("d", "beta"), ("a", "gamma")]:
        await save(workflows, workflow_id, name=name)

    pages: list[list[str]] = []
    cursor = None
    while len(pages) < 9:
        page = await workflows.list_page(limit=1, cursor=cursor)
        pages.append([item.workflow_id for item in page.items])
        cursor = page.next_cursor
        if cursor is None:
            break

    assert pages == [["b"], ["c"], ["d"], ["a"]]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("CREA", ["cc"]),
        ("c", ["cc", "news"]),
        ("ÄPFEL", ["news"]),
        (".*", []),
        ("a+b", ["news"]),
        ("(", []),
        ("", ["cc", "news"]),
    ],
)
async def test_search_finds_parts_of_id_name_and_description(
    workflows: WorkflowRepo, search: str, found: list[str]
) -> None:
    await save(workflows, "cc", name="Creative", description="Scenes")
    await save(workflows, "news", name="Daily", description="Äpfel, A+B and cats")

    assert await listed(workflows, search=search) == found


async def test_owner_narrows_the_list(workflows: WorkflowRepo) -> None:
    await save(workflows, "a", owner="ann")
    await save(workflows, "b", owner="bob")

    assert await listed(workflows, owner="bob") == ["b"]


async def test_later_saves_do_not_change_the_owner(workflows: WorkflowRepo) -> None:
    await save(workflows, content="one", owner="ann")
    workflow, _, _ = await save(workflows, content="two", owner="bob")

    assert workflow.owner == "ann"


@pytest.mark.parametrize(
    "query", [{"cursor": "ä"}, {"cursor": "_w"}, {"status": "gone"}, {"search": "a\x00"}, {"search": "a" * 201}]
)
async def test_bad_query_names_its_parameter(workflows: WorkflowRepo, query: dict[str, Any]) -> None:
    with pytest.raises(InvalidQuery, match=f"'{next(iter(query))}'"):
        await workflows.list_page(**query)


async def test_repository_that_is_alone_shows_every_change_of_its_own_at_once(any_database: Any) -> None:
    workflows = WorkflowRepo(any_database, exclusive=True)
    await workflows.ensure_indexes()
    seen = []
    for change in (save(workflows), save(workflows, content="two", name="New"), workflows.archive("cc")):
        await change
        seen += [await workflows.find("cc"), await workflows.find("cc")]

    assert [(item.version, item.name, item.archived) for item in seen if item is not None] == [
        *[(1, "Creative", False)] * 2,
        *[(2, "New", False)] * 2,
        *[(2, "New", True)] * 2,
    ]
