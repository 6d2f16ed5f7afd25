"""Connecting: which deployments are taken, how they are used, and what is said of the others."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest
from pymongo import errors

from backend.core.config import load_settings
from backend.core.errors import SetupError, StoreUnavailable
from backend.db.client import Connection, connect, redacted, store_errors
from backend.db.embedded import EmbeddedMongod
from backend.db.mongod_binary import find_mongod


async def test_memory_is_exclusive_and_always_answers(memory_connection: Connection) -> None:
    await memory_connection.ping()

    assert (memory_connection.kind, memory_connection.exclusive) == ("memory", True)


async def test_two_memory_connections_share_nothing(memory_connection: Connection) -> None:
    await memory_connection.database["notes"].insert_one({"_id": 1})
    other = await connect(load_settings(mongodb_uri="memory://"))

    assert await other.database["notes"].count_documents({}) == 0
    await other.close()


@pytest.mark.mongo
async def test_deployment_is_shared_and_answers(real_connection: Connection) -> None:
    await real_connection.ping()

    assert (real_connection.kind, real_connection.exclusive) == ("server", False)


@pytest.mark.mongo
async def test_uri_cannot_weaken_what_an_acknowledged_write_means(mongod: EmbeddedMongod) -> None:
    weak = f"{mongod.uri}&w=1&journal=false&retryWrites=false&readConcernLevel=local&appname=mine"
    connection = await connect(load_settings(mongodb_uri=weak))
    options = connection.database.client.options

    assert options.write_concern.document == {"w": "majority", "j": True}
    assert options.read_concern.level == "majority"
    assert options.retry_writes
    assert options.pool_options.appname == "mine"
    await connection.close()


async def refusal(uri: str) -> str:
    with pytest.raises(SetupError) as refused:
        await connect(load_settings(mongodb_uri=uri))
    assert refused.value.message.startswith("MONGODB_URI: ")
    return refused.value.message


async def test_unreachable_deployment_is_named_without_its_password() -> None:
    message = await refusal("mongodb://ann:secret@127.0.0.1:1/?serverSelectionTimeoutMS=200")

    assert "'mongodb://***@127.0.0.1:1/'" in message
    assert "secret" not in message


@pytest.mark.parametrize("uri", ["mongodb://ann:sec/ret@host/", "mongodb://", "mongodb://host:port"])
async def test_uri_that_is_none_is_refused_without_its_password(uri: str) -> None:
    assert "ret@" not in await refusal(uri)


@pytest.fixture
def start_mongod(tmp_path: Path) -> Iterator[str]:
    """The URI of a mongod outside any replica set."""
    socket = tmp_path / "alone.sock"
    program = str(find_mongod(load_settings(mongodb_uri=None)))
    command = [program, "--dbpath", str(tmp_path), "--bind_ip", str(socket), "--nounixsocket"]
    process = psutil.Popen(command, stdout=subprocess.DEVNULL)
    yield f"mongodb://{quote(str(socket), safe='')}/?serverSelectionTimeoutMS=10000"
    process.kill()
    process.wait()
    shutil.rmtree(tmp_path)


@pytest.mark.mongo
async def test_single_server_is_refused_with_what_to_do(start_mongod: str) -> None:
    message = await refusal(start_mongod)

    assert "is a single server" in message
    assert "rs.initiate()" in message


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("mongodb://host/db?tlsCertificateKeyFilePassword=secret", "mongodb://host/db"),
        ("mongodb://u:secret@a,b:1/?x=y@z", "mongodb://***@z"),
        ("mongodb://u:se?cret@host", "mongodb://***@host"),
        ("mongodb+srv://u:s@cret@host/", "mongodb+srv://***@host/"),
    ],
)
def test_shown_uri_holds_no_secret(uri: str, shown: str) -> None:
    assert redacted(uri) == shown


@pytest.mark.parametrize(
    "error",
    [
        errors.ServerSelectionTimeoutError("no primary"),
        errors.AutoReconnect("closed"),
        errors.NetworkTimeout("late"),
        errors.NotPrimaryError("stepped down"),
        errors.WTimeoutError("late", 64, {}),
        errors.ExecutionTimeout("late", 50),
        errors.OperationFailure("shutting down", 11600),
        errors.BulkWriteError({"writeErrors": [{"code": 11602}]}),
        errors.BulkWriteError({"writeErrors": [], "writeConcernErrors": [{"code": 91}]}),
    ],
)
def test_driver_saying_not_now_is_store_unavailable(error: errors.PyMongoError) -> None:
    with pytest.raises(StoreUnavailable) as raised, store_errors():
        raise error

    assert raised.value.__cause__ is error


@pytest.mark.parametrize(
    "error",
    [
        errors.DuplicateKeyError("taken", 11000),
        errors.OperationFailure("bad query", 2),
        errors.BulkWriteError({"writeErrors": [{"code": 11000}]}),
        ValueError("ours"),
    ],
)
def test_other_errors_pass_through(error: Exception) -> None:
    with pytest.raises(type(error)) as raised, store_errors():
        raise error

    assert raised.value is error
