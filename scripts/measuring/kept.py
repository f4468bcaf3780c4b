"""Results that are kept by the sound they were found in: recognising and embedding cost more than all else."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Kept:
    """A folder of small JSON files. Without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def get(self, kind: str, samples: NDArray[np.float32], find: Callable[[], Any]) -> Any:
        """What ``find`` gives for ``samples``, anew or from the folder. ``kind`` names the measure and its settings."""
        if self._folder is None:
            return find()
        sound = sha256(np.ascontiguousarray(samples, np.float32).tobytes()).hexdigest()[:24]
        path = self._folder / f"{kind}-{sound}.json"
        if not path.exists():
            beside = path.with_suffix(".part")
            beside.write_text(json.dumps(find()), encoding="utf-8")
            beside.rename(path)
        return json.loads(path.read_text(encoding="utf-8"))
