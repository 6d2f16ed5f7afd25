"""The garbage collector of a process that serves for long."""

import gc

YOUNG = 20_000
"""New objects after which the collector looks for cycles. Python's 700 is for scripts: an engine makes as many for
every few events, nearly all of which need no collector to go away."""


def collect_seldom() -> None:
    """Call it once, when the process has started.

    What is there by then stays for good, so the collector never looks at it again; what it still has to do comes in
    fewer and longer pieces: a quarter of the processor time of a large fan-out was its.
    """
    gc.collect()
    gc.freeze()
    _, *older = gc.get_threshold()
    gc.set_threshold(YOUNG, *older)
