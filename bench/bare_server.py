"""The baseline of start-up and memory: the same web framework, driver and database, and nothing of ours in between."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from motor.motor_asyncio import AsyncIOMotorClient

from backend.core.config import load_settings
from backend.db.client import SAFETY
from backend.db.embedded import EmbeddedMongod


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    mongod = await EmbeddedMongod.start(load_settings(data_dir=Path(os.environ["INTERLUDE_DATA_DIR"])))
    app.state.client = AsyncIOMotorClient(mongod.uri, **SAFETY)
    yield
    app.state.client.close()
    await mongod.stop()


app = FastAPI(lifespan=_lifespan)


@app.get("/readyz")
async def get_readiness() -> dict[str, str]:
    await app.state.client.admin.command("ping")
    return {"status": "ready"}


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ["INTERLUDE_PORT"]), log_level="warning")
