"""Pictures."""

from backend.server.modules.media.generate import GenerateMedia

__all__ = ["GenerateMedia"]
