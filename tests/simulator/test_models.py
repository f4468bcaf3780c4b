"""Where models are looked for, and what happens when their bytes are not the pinned ones."""

import hashlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from simulator import models
from simulator.errors import ModelError
from simulator.model_files import Checker
from simulator.model_list import ModelEntry, ModelFile, read_entries
from simulator.models import ModelStore

FIRST, SECOND, EXTRA = b"weights, first half, ", b"second half", b"{}"
WHOLE = hashlib.sha256(FIRST + SECOND).hexdigest()


def entry(**changes: object) -> ModelEntry:
    values: dict[str, object] = {
        "name": "made",
        "title": "Made model",
        "purpose": "tests",
        "needed": True,
        "licence": "MIT",
        "attribution": "us",
        "packages": (("made-one", "1.0"), ("made-two", "1.0")),
        "files": (
            ModelFile(
                name="model.bin",
                parts=(("made-one", "made_one/part.bin"), ("made-two", "made_two/part.bin")),
                size=len(FIRST + SECOND),
                sha256=WHOLE,
            ),
            ModelFile(
                name="config.json",
                parts=(("made-two", "made_two/config.json"),),
                size=len(EXTRA),
                sha256=hashlib.sha256(EXTRA).hexdigest(),
            ),
        ),
    }
    return ModelEntry(**{**values, **changes})  # type: ignore[arg-type]


class Machine:
    """A site-packages of its own, a user folder, a cache, and a pip that copies from a shelf."""

    def __init__(self, root: Path, *entries: ModelEntry) -> None:
        self.site, self.folder, self.cache = root / "site", root / "models", root / "cache"
        self.site.mkdir()
        self.asked: list[tuple[tuple[str, ...], bool]] = []
        self.shelf: dict[str, dict[str, bytes]] = {
            "made-one": {"made_one/part.bin": FIRST},
            "made-two": {"made_two/part.bin": SECOND, "made_two/config.json": EXTRA},
        }
        self.hub = {"model.bin": b"from the hub"}
        self.store = ModelStore(
            entries=entries or (entry(),), folders=[self.folder], cache=self.cache, install=self.pip, download=self.get
        )

    def install(self, package: str, version: str = "1.0") -> None:
        for inside, data in self.shelf[package].items():
            path = self.site / inside
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        info = self.site / f"{package.replace('-', '_')}-{version}.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")

    def pip(self, requirements: Sequence[str], dependencies: bool) -> None:
        self.asked.append((tuple(requirements), dependencies))
        for requirement in requirements:
            self.install(*requirement.split("=="))

    def get(self, repository: str, names: Sequence[str], folder: Path) -> None:
        for name in names:
            (folder / name).write_bytes(self.hub[name])


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path)
    monkeypatch.syspath_prepend(str(made.site))
    return made


def test_a_missing_model_names_the_command_that_mends_it(machine: Machine) -> None:
    with pytest.raises(ModelError) as caught:
        machine.store.model_files("made")

    assert str(caught.value) == "Made model is missing: run `hotseat models fetch made`"
    assert machine.store.status(entry()) == "missing"


def test_half_of_the_packages_is_still_missing(machine: Machine) -> None:
    machine.install("made-one")

    assert machine.store.status(entry()) == "missing"


def test_parts_are_joined_beside_the_other_files(machine: Machine) -> None:
    machine.install("made-one")
    machine.install("made-two")

    found = machine.store.model_files("made")

    assert found["model.bin"].read_bytes() == FIRST + SECOND
    assert {path.parent for path in found.values()} == {machine.cache / "models" / "made"}
    assert machine.store.status(entry()) == "present"


def test_the_package_is_never_imported(machine: Machine) -> None:
    machine.install("made-one")
    machine.install("made-two")
    for name in ("made_one", "made_two"):
        (machine.site / name / "__init__.py").write_text("raise RuntimeError('imported')")

    machine.store.model_files("made")

    assert "made_one" not in sys.modules


def test_a_damaged_join_is_made_again(machine: Machine) -> None:
    machine.install("made-one")
    machine.install("made-two")
    joined = machine.store.model_files("made")["model.bin"]
    joined.write_bytes(b"x" * len(FIRST + SECOND))

    assert machine.store.model_files("made")["model.bin"].read_bytes() == FIRST + SECOND


def test_a_damaged_package_is_an_error_of_one_line(machine: Machine) -> None:
    machine.shelf["made-one"]["made_one/part.bin"] = b"weights, first hole, "
    machine.install("made-one")
    machine.install("made-two")

    with pytest.raises(ModelError, match="sha256") as caught:
        machine.store.model_files("made")

    assert "\n" not in str(caught.value)
    assert "hotseat models fetch made" in str(caught.value)
    assert machine.store.status(entry()) == "damaged"


def test_another_version_with_the_same_bytes_will_do(machine: Machine) -> None:
    machine.install("made-one", "1.1")
    machine.install("made-two")

    assert machine.store.status(entry()) == "present"


def test_another_version_with_other_bytes_is_named(machine: Machine) -> None:
    machine.shelf["made-one"] = {"made_one/other.bin": b""}
    machine.install("made-one", "1.1")
    machine.install("made-two")

    assert machine.store.status(entry()) == "wrong_version"
    with pytest.raises(ModelError, match=r"needs made-one 1\.0, not 1\.1"):
        machine.store.model_files("made")


def test_the_users_folder_comes_before_packages(machine: Machine) -> None:
    machine.install("made-one")
    machine.install("made-two")
    own = machine.folder / "made"
    own.mkdir(parents=True)
    (own / "model.bin").write_bytes(FIRST + SECOND)
    (own / "config.json").write_bytes(EXTRA)

    assert machine.store.model_files("made") == {name: own / name for name in ("model.bin", "config.json")}


@pytest.mark.parametrize("left", [{"model.bin": b"other"}, {"model.bin": FIRST + SECOND}])
def test_a_bad_users_folder_is_never_passed_over(machine: Machine, left: dict[str, bytes]) -> None:
    machine.install("made-one")
    machine.install("made-two")
    own = machine.folder / "made"
    own.mkdir(parents=True)
    for name, data in left.items():
        (own / name).write_bytes(data)

    assert machine.store.status(entry()) == "damaged"


def test_fetch_installs_the_pins_alone_and_then_checks(machine: Machine) -> None:
    found = machine.store.fetch("made")

    assert machine.asked == [(("made-one==1.0", "made-two==1.0"), False)]
    assert found["model.bin"].read_bytes() == FIRST + SECOND


def test_fetch_that_brings_other_bytes_is_an_error(machine: Machine) -> None:
    machine.shelf["made-two"]["made_two/part.bin"] = b"second hole"

    with pytest.raises(ModelError, match="sha256"):
        machine.store.fetch("made")


def test_a_hub_model_is_noted_at_the_fetch_and_held_to_it(tmp_path: Path) -> None:
    far = entry(packages=(), hub="somebody/model", files=(ModelFile(name="model.bin"),))
    machine = Machine(tmp_path, far)

    assert machine.store.status(far) == "missing"
    path = machine.store.fetch("made")["model.bin"]
    assert machine.store.status(far) == "present"
    path.write_bytes(b"from the hob")
    assert machine.store.status(far) == "damaged"


def test_a_program_is_looked_for_on_the_path(machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = entry(name="tool", program="hotseat-test-tool", mend="install it", packages=(), files=())
    store = ModelStore(entries=[program], folders=[machine.folder], cache=machine.cache)
    with pytest.raises(ModelError, match="Made model is missing: install it"):
        store.model_files("tool")
    tool = tmp_path / "hotseat-test-tool"
    tool.write_text("#!/bin/sh\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert store.model_files("tool") == {"hotseat-test-tool": tool}


def test_an_unknown_name_is_said_so(machine: Machine) -> None:
    with pytest.raises(ModelError, match="no model is called 'maid'"):
        machine.store.model_files("maid")


def test_digests_follow_the_bytes(tmp_path: Path) -> None:
    far = entry(packages=(), hub="somebody/model", files=(ModelFile(name="model.bin"),))
    machine = Machine(tmp_path, far)
    machine.store.fetch("made")
    before = machine.store.digest("made")
    machine.hub["model.bin"] = b"a newer one"
    machine.store.fetch("made")

    assert len(before) == 16
    assert machine.store.digest("made") != before


# ---- remembering checks


def test_a_checked_file_is_not_read_again_until_it_changes(tmp_path: Path) -> None:
    memory, path = tmp_path / "checked.json", tmp_path / "model.bin"
    path.write_bytes(FIRST)
    stamp = path.stat().st_mtime_ns
    digest = hashlib.sha256(FIRST).hexdigest()
    assert Checker(memory).holds(path, len(FIRST), digest)

    path.write_bytes(FIRST[::-1])
    os.utime(path, ns=(stamp, stamp))
    assert Checker(memory).holds(path, len(FIRST), digest), "same size and time: the memory answers"

    os.utime(path, ns=(stamp, stamp + 1))
    assert not Checker(memory).holds(path, len(FIRST), digest)


def test_a_bad_result_is_not_remembered(tmp_path: Path) -> None:
    memory, path = tmp_path / "checked.json", tmp_path / "model.bin"
    path.write_bytes(FIRST)

    assert not Checker(memory).holds(path, None, "0" * 64)
    assert not memory.exists()


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "\x00"])
def test_a_spoilt_memory_only_costs_time(tmp_path: Path, text: str) -> None:
    memory, path = tmp_path / "checked.json", tmp_path / "model.bin"
    memory.write_text(text)
    path.write_bytes(FIRST)

    assert Checker(memory).holds(path, None, hashlib.sha256(FIRST).hexdigest())
    assert len(json.loads(memory.read_text())) == 1


def test_a_memory_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "model.bin"
    path.write_bytes(FIRST)

    assert Checker(tmp_path / "file" / "checked.json").holds(path, None, hashlib.sha256(FIRST).hexdigest())


# ---- the list itself


def test_every_listed_model_can_be_had_and_is_pinned() -> None:
    listed = models.all_models()

    assert len({model.name for model in listed}) == len(listed)
    for model in listed:
        ways = [bool(model.packages), model.hub is not None, model.own is not None, model.program is not None]
        assert sum(ways) == 1, f"{model.name} has not exactly one way to be had"
        assert model.title and model.purpose and model.licence and model.attribution
        packages = {package for package, _ in model.packages}
        for file in model.files:
            if model.packages:
                assert file.sha256 is not None and len(file.sha256) == 64, f"{model.name}/{file.name} is not pinned"
                assert file.size
                assert {package for package, _ in file.parts} <= packages


def test_the_docs_list_every_model() -> None:
    text = (Path(__file__).parent.parent.parent / "docs" / "models.md").read_text(encoding="utf-8")
    for model in models.all_models():
        assert f"| `{model.name}` |" in text, f"docs/models.md lacks {model.name}"
        assert model.licence in text
        for package, version in model.packages:
            assert f"{package} {version}" in text, f"docs/models.md lacks {package} {version}"


@pytest.mark.parametrize("name", [model.name for model in models.all_models() if model.needed and model.own is None])
def test_what_a_call_needs_is_here_and_right(name: str) -> None:
    assert all(path.is_file() for path in models.model_files(name).values())


def test_the_environment_names_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "silero-vad").mkdir()
    (tmp_path / "silero-vad" / "silero_vad.onnx").write_bytes(b"not it")
    monkeypatch.setenv(models.ENV_FOLDER, str(tmp_path))

    with pytest.raises(ModelError, match="damaged"):
        models.model_files("silero-vad")


def test_an_unknown_key_in_the_list_is_our_bug() -> None:
    with pytest.raises(TypeError):
        read_entries('[x]\ntitle="t"\npurpose="p"\nneeded=true\nlicence="l"\nattribution="a"\nfiles=[]\nlicense="oops"')
