"""What one rendering may ask for. A bomb must end within a second; honest templates stay far below.

The process that renders is killed at its time limit in any case: these figures give the friendlier end, with a
message, and keep the process warm.
"""

KIB = 1024
MIB = 1024 * KIB

MAX_SOURCE = 32 * KIB
"""Characters of one template."""

MAX_TOKENS = 8_000
"""Words and signs inside the braces of one template; counted while reading, to stop before a tree is built."""

MAX_NODES = 2_000
"""Nodes of one template's syntax tree."""

MAX_DEPTH = 64
"""Levels of that tree. Python's own parser, which reads what Jinja2 compiles, stops at 200 open brackets."""

MAX_LOOP_DEPTH = 8
"""Loops in loops. Python stops at 20."""

MAX_STEPS = 100_000
"""Operations, loop rounds and list items that one rendering may go through."""

MAX_BYTES = 16 * MIB
"""Text and lists that one rendering may build on the way, added up."""

MAX_TEXT = 1 * MIB
"""Characters that one template may give as text."""

MAX_INT_BITS = 4_096

MAX_RANGE = 10_000

MAX_RESULT_NODES = 200_000
"""Values inside the native results of one rendering: the server reads them all, and must not stand still for it."""

MAX_RESULT_BYTES = 16 * MIB

MAX_COMPILED = 512
"""Compiled templates that one process keeps."""
