"""Imports run one way, and the core touches neither clock, chance, threads nor the outside world."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("simulator", "personas", "voice", "evaluation")

CORE = frozenset(
    """acts addressing agenda answers caller certainty chance codec commands crosstalk curveballs engine errors events floor forms gate hearing lines mediation mind mood opening_words own_voice
    phrases plan ports provocation quiet reading supervisor turn_policy utterance weights wording""".split()
)
"""Modules of ``simulator`` that are the pure core."""
VALUES = frozenset(
    {
        "certainty",
        "commands",
        "errors",
        "events",
        "gate",
        "mood",
        "own_voice",
        "ports",
        "reading",
        "turn_policy",
        "wording",
        "acts",
        "weights",
    }
)
"""Modules of the core that other rooms may use."""
IMPURE = frozenset(
    """asyncio builtins.open concurrent ctypes datetime glob importlib io logging multiprocessing os pathlib queue random
    secrets select shutil signal socket sqlite3 ssl subprocess sys tempfile threading time urllib uuid""".split()
)
IMPURE_CALLS = frozenset(
    {"open", "print", "input", "hash", "id", "exec", "eval", "globals", "breakpoint", "__import__"}
)

HEAVY = frozenset(
    """numpy onnxruntime tokenizers faster_whisper ctranslate2 sounddevice soundfile soxr torch transformers pyttsx3
    speech_recognition sanotts swift_f0 pyworld pyloudnorm scipy piper rich typer""".split()
)


def modules() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def imports(path: Path) -> Iterator[tuple[str, bool, bool]]:
    """(module, whether it is imported on load of this module, whether it is for type checkers only)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))

    def walk(node: ast.AST, top: bool, typing_only: bool) -> Iterator[tuple[str, bool, bool]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield alias.name, top, typing_only
            elif isinstance(child, ast.ImportFrom) and child.module:
                yield child.module, top, typing_only
                for alias in child.names:
                    yield f"{child.module}.{alias.name}", top, typing_only
            elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
                yield from walk(child, top, True)
            else:
                inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                yield from walk(child, top and not inside, typing_only)

    yield from walk(tree, True, False)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").as_posix()


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_imports_run_one_way(path: Path) -> None:
    room, stem = path.relative_to(ROOT).parts[0], path.stem
    core = room == "simulator" and stem in CORE and path.parent.name == "simulator"
    for module, on_load, typing_only in imports(path):
        if typing_only:
            continue
        first, *rest = module.split(".")
        where = f"{name_of(path)} imports {module}"
        if room == "personas":
            allowed = {"personas", "ruamel", "pydantic", "platformdirs"}
            assert first in allowed or first in sys.stdlib_module_names, where
        elif core:
            assert first in {"personas", "simulator"} or first in sys.stdlib_module_names, where
            if first == "simulator" and rest:
                assert rest[0] in CORE, where
        elif room == "evaluation":
            assert first != "voice", where
            if first == "simulator" and rest:
                assert rest[0] in VALUES | {"models"}, where
            if first in HEAVY - {"rich", "numpy"}:
                assert stem in {"reader", "matcher", "encoder"} or not on_load, where
        elif room == "voice":
            assert first not in {"evaluation", "personas"}, where
            if first == "simulator" and rest:
                assert rest[0] in VALUES | {"models"}, where
            if first == "sounddevice":
                assert stem == "devices", where
            if first in HEAVY - {"numpy"}:
                assert not on_load, f"{where} when it is loaded; import it where it is used"


@pytest.mark.parametrize("name", sorted(CORE))
def test_the_core_is_pure(name: str) -> None:
    path = ROOT / "simulator" / f"{name}.py"
    for module, _, typing_only in imports(path):
        if not typing_only:
            assert module.split(".")[0] not in IMPURE, f"{name} imports {module}"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in IMPURE_CALLS, f"{name}:{node.lineno} calls {node.func.id}()"
        if isinstance(node, ast.Global):
            pytest.fail(f"{name}:{node.lineno} has global state")


def test_every_core_module_exists() -> None:
    """A renamed module must not slip out of the rules."""
    assert {path.stem for path in (ROOT / "simulator").glob("*.py")} >= CORE


def test_no_path_of_this_machine_and_no_registry_host() -> None:
    """What is committed must work elsewhere."""
    words = (
        "/" + "work/",
        "/" + "root/",
        "/" + "farm/",
        "pypi" + ".org",
        "pythonhosted" + ".org",
        "deb." + "debian.org",
    )
    for path in [*modules(), *(ROOT / "scripts").iterdir(), *(ROOT / "docs").rglob("*.md"), ROOT / "pyproject.toml"]:
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            for word in words:
                assert word not in text, f"{path.relative_to(ROOT)} names {word}"
