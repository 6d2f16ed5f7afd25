"""Part of building a package: takes the built web pages in, so that who installs it needs no Node."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PAGES = "ui/webui/dist"
PLACES = {"wheel": "backend/server/webui", "sdist": PAGES}


class Pages(BuildHookInterface):  # type: ignore[type-arg]  # generic in the stubs, not when it runs
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """An editable install serves them from where they are built."""
        if version == "editable":
            return
        built = Path(self.root) / PAGES
        if (built / "index.html").is_file():
            build_data["force_include"][str(built)] = PLACES[self.target_name]
        else:
            self.app.display_warning("The web pages are not built, so this package has none. Run 'make ui' first.")
