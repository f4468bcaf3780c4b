"""Every test has folders of its own, so that nobody's calls are touched."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Machines are shared and slow at times, so no example has a deadline; on the build server the examples are the same every
# time, so that a red run means a change.
settings.register_profile("hotseat", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("hotseat")


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's data folder is a fresh one; the cache stays, because it holds only what can be made again."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    return folder
