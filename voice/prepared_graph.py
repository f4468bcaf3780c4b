"""Networks as ONNX Runtime has prepared them for this processor, kept in the user's cache.

Preparing Kokoro's graph (joining, laying out, packing) takes 1.2 s of processor time at every start, and the result is always
the same for one model, one ONNX Runtime and one processor. So it is written down once; later starts read it in 0.4 s. A file
that cannot be written or read costs nothing but that time.
"""

import hashlib
import os
import platform
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import platformdirs

_QUIET: Final = 3
"""Errors only: ONNX Runtime warns at every writing that the file is for this processor, which its name says."""


def session(name: str, made_from: str, make: Callable[[], bytes], options: Any, folder: Path | None = None) -> Any:
    """An ``onnxruntime.InferenceSession`` of the graph that ``make`` gives.

    ``name`` and ``made_from`` (a digest of the graph and of the code that changed it) name the file in ``folder``, the
    user's cache when it is None. ``options`` are changed.
    """
    import onnxruntime as ort

    path = (folder or _user_cache()) / f"{name}-{_key(made_from, ort.__version__)}.onnx"
    if path.is_file():
        level, options.graph_optimization_level = (
            options.graph_optimization_level,
            ort.GraphOptimizationLevel.ORT_DISABLE_ALL,
        )
        try:
            return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception:  # ONNX Runtime's errors have no common class; a damaged file is made again
            options.graph_optimization_level = level
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.glob(f"{name}-*"):
            old.unlink(missing_ok=True)
        options.optimized_model_filepath, options.log_severity_level = str(draft), _QUIET
        loaded = ort.InferenceSession(make(), options, providers=["CPUExecutionProvider"])
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        options.optimized_model_filepath = ""
        loaded = ort.InferenceSession(make(), options, providers=["CPUExecutionProvider"])
    return loaded


def _key(made_from: str, version: str) -> str:
    """Stands for the graph, the runtime and the processor."""
    flags = ""
    with suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        flags = next(line for line in lines if line.startswith(("flags", "Features")))
    text = " ".join((made_from, version, platform.machine(), platform.processor(), flags))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _user_cache() -> Path:
    return Path(platformdirs.user_cache_dir("hotseat", appauthor=False)) / "graphs"
