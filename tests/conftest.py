"""Fixtures of the whole suite."""

import signal

from hypothesis import settings

pytest_plugins = ["tests.fixtures.mongo"]

# A busy machine must not fail a property; the suite's own timeout ends a test that hangs.
settings.register_profile("suite", deadline=None, max_examples=80)
settings.load_profile("suite")

# A shell starts what runs in the background with SIGINT ignored, and children inherit that: Ctrl-C would not be tested.
signal.signal(signal.SIGINT, signal.default_int_handler)
