"""Servers and databases that die, and what must still be true afterwards."""

import pytest

pytest.register_assert_rewrite("tests.crash.checks")
