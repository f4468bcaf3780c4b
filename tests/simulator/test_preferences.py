"""What the user has chosen: kept, replaced as a whole, never undone by a version that knows less."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import preferences
from simulator.errors import UserError
from simulator.preferences import Preferences

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def test_nothing_was_ever_chosen() -> None:
    assert Preferences.load().values == {}
    assert Preferences.load().group("microphone") is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(unknown=st.dictionaries(st.text(max_size=8).filter(lambda key: key != "microphone"), JSON, max_size=4))
def test_unknown_keys_survive(own_data_folder: Path, unknown: dict[str, object]) -> None:
    Preferences(values=unknown).save()
    Preferences.load().choosing("microphone", {"name": "USB", "system": "ALSA", "more": [1]}).save()

    assert Preferences.load().values == {**unknown, "microphone": {"name": "USB", "system": "ALSA", "more": [1]}}
    Preferences.load().choosing("microphone", None).save()
    assert Preferences.load().values == unknown


def test_a_write_that_fails_leaves_the_old_file_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    where = Preferences(values={"a": 1}).save()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        Preferences(values={"a": 2}).save()

    assert json.loads(where.read_text(encoding="utf-8")) == {"a": 1}
    assert [path.name for path in where.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{\n "a": }', r"settings.json:2:7: .*; mend it or delete it"),
        (b"[1]", "does not hold settings; delete it"),
        (b"\xff\xfe\x00", "is not text; delete it"),
    ],
)
def test_a_damaged_file_is_named_with_what_to_do(content: bytes, said: str) -> None:
    preferences.path().parent.mkdir(parents=True, exist_ok=True)
    preferences.path().write_bytes(content)

    with pytest.raises(UserError, match=said):
        Preferences.load()


def test_a_group_that_is_none_is_no_group() -> None:
    assert Preferences(values={"microphone": "USB"}).group("microphone") is None
