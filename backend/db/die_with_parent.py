"""Becomes another program that the kernel kills when this program's parent dies: `PARENT_PID PROGRAM ARGUMENTS...`.

Run as a file, before any thread exists: between fork and exec of a process with threads no Python may run.
The kernel means the parent's *thread* that started us; that is the event loop's, which lives as long as its server.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

if __name__ == "__main__":
    parent, program = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == parent:  # otherwise it died before the kernel knew
        os.execv(program[0], program)
