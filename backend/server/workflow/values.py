"""Large values out of records and back: the claim rule, with its limits, and the secrets that never enter."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import orjson

from backend.core.config import Settings
from backend.core.errors import ValueTooLarge
from backend.core.jsonvalue import encoded
from backend.db.claims import Claim
from backend.db.repos.artifacts import ArtifactStore

JSON_TYPE = "application/json"
CACHE_BYTES = 64 * 1024 * 1024


class Values:
    """Stores large values as artifacts, by hash, before the event that refers to them; reads them back."""

    def __init__(self, settings: Settings, artifacts: ArtifactStore) -> None:
        self._settings = settings
        self._artifacts = artifacts
        self._cache: OrderedDict[str, tuple[Any, int]] = OrderedDict()
        self._cached_bytes = 0

    async def fit(self, values: Mapping[str, Any], *, where: str) -> dict[str, Any]:
        """The values with each that is above the inline limit replaced by a claim.

        Args:
            values: JSON values, some of which may be claims already.
            where: whose values they are, for the message: "The output of 'generate_scenes'".

        Raises:
            ValueTooLarge: one value is above the artifact limit, or what stays inline does not fit an event.
        """
        fitted = dict(values)
        sizes: dict[str, int] = {}
        for key, value in values.items():
            if type(value) is Claim:
                continue
            size = _size(value)
            if size > self._settings.inline_value_bytes:
                fitted[key] = await self.claim(value, where=f"{where}, key '{key}',")
            else:
                sizes[key] = size
        total = sum(sizes.values())
        if total > self._settings.max_event_bytes // 2:  # output and state share one event
            largest = max(sizes, key=lambda key: sizes[key])
            raise ValueTooLarge(
                f"{where} (largest key '{largest}')", size=total, limit=self._settings.max_event_bytes // 2
            )
        return fitted

    async def fit_whole(self, value: Any, *, where: str) -> Any:
        """A value of any kind: as it is, or as one claim where it is above the inline limit.

        Raises:
            ValueTooLarge: it is above the artifact limit.
        """
        size = _size(value)
        return value if size <= self._settings.inline_value_bytes else await self.claim(value, where=where)

    async def claim(self, value: Any, *, where: str) -> Claim:
        content = encoded(await self.restore(value))
        if len(content) > self._settings.max_artifact_bytes:
            raise ValueTooLarge(where, size=len(content), limit=self._settings.max_artifact_bytes)
        artifact = await self._artifacts.put(content, media_type=JSON_TYPE)
        return Claim(artifact.artifact_id, artifact.size)

    async def restore(self, tree: Any) -> Any:
        """The tree with every claim replaced by its value. Shares what holds none."""
        if type(tree) is Claim:
            return await self._load(tree)
        if type(tree) is not dict:
            return tree
        changed: dict[str, Any] = {}
        for key, value in tree.items():
            if type(value) is Claim or type(value) is dict:
                restored = await self.restore(value)
                if restored is not value:
                    changed[key] = restored
        return {**tree, **changed} if changed else tree

    async def _load(self, claim: Claim) -> Any:
        known = self._cache.get(claim.artifact_id)
        if known is not None:
            self._cache.move_to_end(claim.artifact_id)
            return known[0]
        _, content = await self._artifacts.get(claim.artifact_id)
        value = orjson.loads(content)
        known = self._cache.get(claim.artifact_id)
        if known is not None:  # somebody else read it meanwhile
            return known[0]
        self._cache[claim.artifact_id] = (value, claim.size)
        self._cached_bytes += claim.size
        while self._cached_bytes > CACHE_BYTES and len(self._cache) > 1:
            _, (_, size) = self._cache.popitem(last=False)
            self._cached_bytes -= size
        return value


def _size(value: Any) -> int:
    return len(orjson.dumps(value, default=_claim_size, option=orjson.OPT_PASSTHROUGH_DATACLASS))


def _claim_size(value: Any) -> None:
    if type(value) is not Claim:
        raise TypeError(f"{type(value).__name__} is not JSON")


class Redactor:
    """Blanks the values of secrets wherever they would be written or shown."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        # Longest first, so that a secret that contains another is blanked whole.
        pairs = sorted(secrets.items(), key=lambda pair: -len(pair[1]))
        self._pairs = [(value, f"[secret:{name}]") for name, value in pairs if value]

    def text(self, text: str) -> str:
        for value, label in self._pairs:
            text = text.replace(value, label)
        return text

    def clean(self, tree: Any) -> Any:
        """The tree with secrets blanked in every text, keys included."""
        if not self._pairs:
            return tree
        if type(tree) is str:
            return self.text(tree)
        if type(tree) is list:
            return [self.clean(item) for item in tree]
        if type(tree) is dict:
            return {self.text(key): self.clean(value) for key, value in tree.items()}
        return tree
