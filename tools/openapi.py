"""Writes the HTTP contract as JSON, for whatever is generated from it.

    python -m tools.openapi [FILE]     (default: standard output)

The same code gives the same bytes.
"""

import json
import logging
import sys
from pathlib import Path

import structlog

from backend.core.config import Settings
from backend.server.app import create_app


def main(arguments: list[str]) -> int:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    settings = Settings(_env_file=None, mongodb_uri="memory://", host="127.0.0.1", api_tokens=[])
    text = json.dumps(create_app(settings).openapi(), indent=1, sort_keys=True) + "\n"
    if arguments:
        Path(arguments[0]).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
