"""Where things are kept: never in the checkout.

What belongs to the user (calls, own personas) lives in the user's data folder, what can be made again in the cache
folder. On Linux ``XDG_DATA_HOME`` and ``XDG_CACHE_HOME`` move them, which the tests use.
"""

from pathlib import Path

import platformdirs


def data_folder() -> Path:
    """Folder of what belongs to the user."""
    return Path(platformdirs.user_data_dir("hotseat", appauthor=False))


def cache_folder() -> Path:
    """Folder of what can be made again."""
    return Path(platformdirs.user_cache_dir("hotseat", appauthor=False))


def calls_folder() -> Path:
    """Folder of recorded calls."""
    return data_folder() / "calls"
