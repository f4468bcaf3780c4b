"""Every model hotseat uses or can use: where it is, whether its bytes are the right ones, how to get it.

The list itself is data, in ``models.toml``, as ``simulator.model_list`` reads it. A model is looked for in this order:

1. a folder that the user names: ``$HOTSEAT_MODELS/<name>/``, then ``models/<name>/`` in the user's data folder;
2. pinned packages of this interpreter, found through their metadata and never imported;
3. nowhere else. Only :func:`fetch` uses the network, and only when somebody asks for it.

The first place that holds any of the model's files is taken, and every file in it must have the sha256 of the list: a
damaged file is an error, never a reason to look further. The bytes decide: another version of a package is an error
only when its files are not the pinned ones. Hashing 90 MB takes about 0.1 s, so a good result is remembered in the
user's cache folder by path, size and time of change.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from importlib import invalidate_caches, metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

import platformdirs

from simulator.errors import ModelError
from simulator.model_files import Checker, digest_of, join_parts, read_digests, write_digests
from simulator.model_list import ModelEntry, read_entries

Status = Literal["present", "missing", "damaged", "wrong_version"]

ENV_FOLDER: Final = "HOTSEAT_MODELS"
"""Environment variable that names a folder of models; each model is a folder of its own in it."""


def _pip_install(requirements: Sequence[str], dependencies: bool) -> None:
    """Install ``requirements`` into this interpreter, with or without what they depend on. Uses the network."""
    alone = () if dependencies else ("--no-deps",)
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", *alone, *requirements]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        told = [line.removeprefix("ERROR: ") for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
        raise ModelError(f"pip could not install {' '.join(requirements)}: {told[-1] if told else 'no reason given'}")


def _hub_download(repository: str, names: Sequence[str], folder: Path) -> None:
    """Fetch ``names`` of a hub repository into ``folder``. Uses the network."""
    from huggingface_hub import snapshot_download

    try:
        snapshot_download(repository, local_dir=folder, allow_patterns=list(names))
    except Exception as error:  # the hub client raises many unrelated classes; all mean that it did not work
        raise ModelError(f"{repository} could not be fetched: {str(error).splitlines()[0]}") from error


class ModelStore:
    """The models of one machine."""

    def __init__(
        self,
        *,
        entries: Sequence[ModelEntry],
        folders: Sequence[Path],
        cache: Path,
        install: Callable[[Sequence[str], bool], None] = _pip_install,
        download: Callable[[str, Sequence[str], Path], None] = _hub_download,
    ) -> None:
        """``folders`` are looked through in order, and the last one is where hub models are put; ``cache`` holds joined
        files and remembered digests and may be deleted at any time."""
        self._entries = {entry.name: entry for entry in entries}
        self._folders = tuple(folders)
        self._cache = cache
        self._checker = Checker(cache / "checked.json")
        self._install = install
        self._download = download

    def all_models(self) -> list[ModelEntry]:
        """All entries, in the order of the list."""
        return list(self._entries.values())

    def entry(self, name: str) -> ModelEntry:
        """The entry called ``name``. Raises :class:`ModelError` for a name that is not in the list."""
        try:
            return self._entries[name]
        except KeyError:
            raise ModelError(f"no model is called {name!r}; `hotseat models` lists them") from None

    def model_files(self, name: str) -> dict[str, Path]:
        """Where the files of ``name`` are, by file name, after checking their bytes. All lie in one folder.

        Raises :class:`ModelError` when the model is missing, damaged or of another version.
        """
        entry = self.entry(name)
        if entry.program is not None:
            return {entry.program: self._program(entry)}
        source = self._user_folder(entry)
        if source is not None:
            return self._check(entry, {file.name: source / file.name for file in entry.files}, read_digests(source))
        try:
            return self._check(entry, self._from_packages(entry), {})
        except ModelError as error:
            raise _other_version(entry) or error from None

    def digest(self, name: str) -> str:
        """16 hex digits that stand for the bytes of all files of ``name``, for recordings to say what they were made
        with. Raises as :meth:`model_files` does."""
        paths = self.model_files(name)
        known = {file.name: file.sha256 for file in self.entry(name).files}
        digests = [known.get(file) or digest_of(path) for file, path in paths.items()]
        return sha256("".join(digests).encode()).hexdigest()[:16]

    def status(self, entry: ModelEntry) -> Status:
        """What :meth:`model_files` would say, in one word."""
        try:
            self.model_files(entry.name)
        except _WrongVersionError:
            return "wrong_version"
        except _DamagedError:
            return "damaged"
        except ModelError:
            return "missing"
        return "present"

    def fetch(self, name: str) -> dict[str, Path]:
        """Get a model over the network: its pinned packages through pip, or its hub repository. Returns its files.

        Raises :class:`ModelError` when that does not work or the bytes that came are not the pinned ones.
        """
        entry = self.entry(name)
        if entry.packages:
            self._install([f"{package}=={version}" for package, version in entry.packages], entry.dependencies)
            invalidate_caches()
        elif entry.hub is not None:
            folder = self._folders[-1] / entry.name
            folder.mkdir(parents=True, exist_ok=True)
            self._download(entry.hub, [file.name for file in entry.files], folder)
            write_digests(folder, [file.name for file in entry.files])
        return self.model_files(name)

    def _program(self, entry: ModelEntry) -> Path:
        found = shutil.which(entry.program or "")
        if found is None:
            raise _missing(entry)
        return Path(found)

    def _user_folder(self, entry: ModelEntry) -> Path | None:
        for folder in self._folders:
            if any((folder / entry.name / file.name).is_file() for file in entry.files):
                return folder / entry.name
        return None

    def _from_packages(self, entry: ModelEntry) -> dict[str, Path]:
        if any(_installed_version(package) is None for package, _ in entry.packages):
            raise _missing(entry)
        located = {file.name: tuple(_locate(entry, *part) for part in file.parts) for file in entry.files}
        if any(not parts or not all(path.is_file() for path in parts) for parts in located.values()):
            raise _missing(entry)
        if all(len(parts) == 1 for parts in located.values()):
            return {name: parts[0] for name, parts in located.items()}
        return self._joined(entry, located)

    def _joined(self, entry: ModelEntry, located: Mapping[str, tuple[Path, ...]]) -> dict[str, Path]:
        """Files in several parts are joined once, in the cache, with the model's other files beside them."""
        folder = self._cache / "models" / entry.name
        for file in entry.files:
            if not self._checker.holds(folder / file.name, file.size, file.sha256):
                join_parts(located[file.name], folder / file.name)
        return {file.name: folder / file.name for file in entry.files}

    def _check(self, entry: ModelEntry, paths: dict[str, Path], noted: Mapping[str, str]) -> dict[str, Path]:
        for file in entry.files:
            path = paths[file.name]
            if not path.is_file():
                raise _DamagedError(f"{entry.title} lacks {path.name} in {path.parent}: {_remedy(entry)}")
            digest = file.sha256 or noted.get(file.name)
            if digest is not None and not self._checker.holds(path, file.size, digest):
                raise _DamagedError(f"{entry.title} is damaged, {path} has another sha256: {_remedy(entry)}")
        return paths


class _WrongVersionError(ModelError):
    """A package of the model is installed in another version."""


class _DamagedError(ModelError):
    """A file of the model is not what it should be."""


def _remedy(entry: ModelEntry) -> str:
    if entry.own is not None:
        return "it is made with `scripts/train`"
    return entry.mend or f"run `hotseat models fetch {entry.name}`"


def _missing(entry: ModelEntry) -> ModelError:
    return ModelError(f"{entry.title} is missing: {_remedy(entry)}")


def _other_version(entry: ModelEntry) -> ModelError | None:
    """The error that names the package of ``entry`` whose version is not the pinned one, if there is one."""
    for package, version in entry.packages:
        installed = _installed_version(package)
        if installed not in (None, version):
            return _WrongVersionError(f"{entry.title} needs {package} {version}, not {installed}: {_remedy(entry)}")
    return None


def _installed_version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _locate(entry: ModelEntry, package: str, inside: str) -> Path:
    if entry.own is None:
        return Path(str(metadata.distribution(package).locate_file(inside)))
    spec = find_spec(entry.own)
    if spec is None or not spec.submodule_search_locations:
        raise _missing(entry)
    return Path(spec.submodule_search_locations[0]) / inside


def default_store() -> ModelStore:
    """The store of this machine and user."""
    named = os.environ.get(ENV_FOLDER)
    folders = [Path(named).expanduser()] if named else []
    folders.append(Path(platformdirs.user_data_dir("hotseat", appauthor=False)) / "models")
    return ModelStore(
        entries=read_entries(Path(__file__).with_name("models.toml").read_text(encoding="utf-8")),
        folders=folders,
        cache=Path(platformdirs.user_cache_dir("hotseat", appauthor=False)),
    )


def model_files(name: str) -> dict[str, Path]:
    """:meth:`ModelStore.model_files` of this machine."""
    return default_store().model_files(name)


def model_folder(name: str) -> Path:
    """The folder that holds all files of ``name``, checked."""
    return next(iter(model_files(name).values())).parent


def model_digest(name: str) -> str:
    """:meth:`ModelStore.digest` of this machine."""
    return default_store().digest(name)


def all_models() -> list[ModelEntry]:
    """:meth:`ModelStore.all_models` of this machine."""
    return default_store().all_models()


def status(entry: ModelEntry) -> Status:
    """:meth:`ModelStore.status` of this machine."""
    return default_store().status(entry)


def fetch(name: str) -> dict[str, Path]:
    """:meth:`ModelStore.fetch` of this machine. Uses the network."""
    return default_store().fetch(name)
