import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from stack import Stack  # noqa: E402


def pytest_configure(config):
    config.addinivalue_line("markers", "extended: long loops, run by ./dev test --extended")


@pytest.fixture
def stack(tmp_path):
    """A running stack with one empty server and nothing assigned."""
    running = Stack(tmp_path / "data").start()
    yield running
    running.stop()


@pytest.fixture
def assigned(stack):
    """The same, with a Local configuration on the location."""
    stack.configuration("Node disk", assign=("locations", stack.location))
    return stack
