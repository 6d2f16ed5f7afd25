"""What makes two definitions the same version."""

import hashlib

from backend.core.jsonvalue import encoded
from backend.server.definitions.models import JsonObject


def content_hash(document: JsonObject) -> str:
    """sha256 (hex) of the canonical JSON: the order of keys does not matter, everything else does."""
    return hashlib.sha256(encoded(document)).hexdigest()
