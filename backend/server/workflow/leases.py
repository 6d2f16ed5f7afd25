"""This process's lease: one heartbeat for all runs that it works on."""

from backend.core.clock import monotonic
from backend.core.errors import Fenced
from backend.core.ids import new_id


class Lease:
    """Valid until a moment of the monotonic clock. Checked before every write and every module call.

    `seconds` None: nobody else can take over (memory), so it never ends.
    """

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self.process_id = new_id("proc")
        self._deadline = float("inf") if seconds is None else monotonic() + seconds

    def renewed(self, asked_at: float) -> None:
        """The database confirmed a renewal that was asked for at `asked_at` (monotonic)."""
        if self.seconds is not None:
            self._deadline = asked_at + self.seconds

    def restart(self) -> None:
        """A new identity, after the old one was lost."""
        self.process_id = new_id("proc")
        if self.seconds is not None:
            self._deadline = monotonic() + self.seconds

    @property
    def valid(self) -> bool:
        return monotonic() < self._deadline

    def check(self) -> None:
        """Raises Fenced when the lease is over: others may have taken the runs."""
        if not self.valid:
            raise Fenced
