"""What the container files promise, read from the files themselves."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return document


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text()


def test_every_service_has_a_health_check(compose: dict[str, Any]) -> None:
    assert all(service["healthcheck"]["test"][0] == "CMD" for service in compose["services"].values())


def test_database_is_a_replica_set_that_its_health_check_initiates(compose: dict[str, Any]) -> None:
    database = compose["services"]["mongodb"]
    check = database["healthcheck"]["test"][-1]
    assert "--replSet" in database["command"]
    assert "rs.initiate" in check
    assert "isWritablePrimary" in check


def test_server_starts_when_the_database_takes_writes(compose: dict[str, Any]) -> None:
    server = compose["services"]["server"]
    assert server["depends_on"]["mongodb"]["condition"] == "service_healthy"
    assert server["environment"]["MONGODB_URI"] == "mongodb://mongodb:27017/?replicaSet=rs0"


def test_data_lives_in_a_named_volume(compose: dict[str, Any]) -> None:
    volume, target = compose["services"]["mongodb"]["volumes"][0].split(":")
    assert target == "/data/db"
    assert volume in compose["volumes"]


def test_compose_refuses_to_start_without_tokens(compose: dict[str, Any]) -> None:
    tokens = compose["services"]["server"]["environment"]["INTERLUDE_API_TOKENS"]
    assert tokens.startswith("${INTERLUDE_API_TOKENS:?set ")


def test_only_the_server_is_published_and_on_loopback_by_default(compose: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert published == {"server": ["${INTERLUDE_PUBLISH:-127.0.0.1:8000}:8000"]}


def test_image_runs_as_an_ordinary_user(dockerfile: str) -> None:
    assert re.findall(r"^USER (\S+)$", dockerfile, re.MULTILINE) == ["interlude"]


def test_image_is_built_in_stages_from_pinned_versions(dockerfile: str) -> None:
    assert len(re.findall(r"^FROM python:3\.11-slim", dockerfile, re.MULTILINE)) == 2
    assert "--constraint requirements.lock" in dockerfile


def test_image_checks_its_health_by_readyz_without_extra_tools(dockerfile: str) -> None:
    assert re.search(r'HEALTHCHECK[^\n]*\\\n\s+CMD \["python", "-c", .*urllib.*/readyz', dockerfile)


def test_build_context_holds_all_that_the_dockerfile_copies(dockerfile: str) -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        source.removeprefix("./")
        for line in re.findall(r"^COPY (?!--from)(.+)$", dockerfile, re.MULTILINE)
        for source in line.split()[:-1]
    }
    assert copied <= allowed


def test_every_requirement_is_locked_to_one_version() -> None:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    assert [line for line in lines if not re.match(r"^[a-z0-9-]+==[\w.]+( ; .+)?$", line)] == []
