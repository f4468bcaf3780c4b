"""Finding a caller by name, by its beginning, by path; and what is not found."""

from pathlib import Path

import pytest

from personas import shelf
from personas.findings import PersonaError
from personas.loader import load
from tests.personas.support import DANA, SMALL, written


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data" / "personas"
    folder.mkdir(parents=True)
    monkeypatch.setattr(shelf, "own_folder", lambda: folder)
    return folder


def test_by_name_by_beginning_and_by_path(own: Path) -> None:
    for name in ("dana_double_billing", "dana", str(DANA), DANA):
        assert shelf.find(name).id == "dana_double_billing"
    assert shelf.find("dana") == load(DANA)


def test_own_callers_come_after_the_shipped_ones(own: Path) -> None:
    written(own / "late_parcel.yaml", SMALL)
    written(own / "dana_double_billing.yaml", SMALL)

    assert shelf.find("late_parcel").who.name == "Ann Weller"
    assert shelf.find("late").who.name == "Ann Weller"
    assert shelf.find("dana_double_billing").who.name == "Dana Whitlock"
    assert [(each.name, each.origin) for each in shelf.available() if each.name in _NAMES] == [
        ("dana_double_billing", "library"),
        ("joel_late_bed", "library"),
        ("late_parcel", "own"),
    ]


_NAMES = {"dana_double_billing", "joel_late_bed", "late_parcel"}


def test_the_list_tells_what_one_chooses_by(own: Path) -> None:
    dana = next(each for each in shelf.available() if each.name == "dana_double_billing")

    assert (dana.title, dana.caller, dana.difficulty, dana.error) == (
        "Charged twice, and told to wait", "Dana Whitlock", 3, "",
    )  # fmt: skip
    assert "billing" in dana.trains


def test_two_people_on_the_line_are_both_named(own: Path) -> None:
    pair = next(each for each in shelf.available() if each.name == "marian_owen_parcel")

    assert (pair.caller, pair.difficulty) == ("Marian Coyle and Owen Prosser", 4)


def test_a_broken_file_is_listed_with_its_error(own: Path) -> None:
    path = written(own / "late_parcel.yaml", SMALL.replace("points: 100", "points: 90"))

    broken = next(each for each in shelf.available() if each.name == "late_parcel")

    assert broken.error == f"{path}:6:1: the points of all demands add up to 90, they should add up to 100."
    with pytest.raises(PersonaError, match="add up to 90"):
        shelf.find("late_parcel")


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [
        ("dana_double_biling", "Did you mean 'dana_double_billing'?"),
        ("joell", "Did you mean 'joel'?"),
        ("zzzzzz", "See 'hotseat personas list'."),
        ("", "See 'hotseat personas list'."),
        ("..", "See 'hotseat personas list'."),
    ],
)
def test_an_unknown_name_names_the_nearest(own: Path, wanted: str, hint: str) -> None:
    with pytest.raises(PersonaError) as caught:
        shelf.find(wanted)

    assert "there is no persona" in str(caught.value)
    assert hint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_name_is_never_a_way_out_of_the_folders(own: Path) -> None:
    written(own.parent / "secret.yaml", SMALL)
    (own / "linked.yaml").symlink_to(own.parent / "secret.yaml")

    assert "linked" not in {each.name for each in shelf.available()}
    with pytest.raises(PersonaError, match="there is no persona"):
        shelf.find("linked")
    with pytest.raises(PersonaError, match="no such file"):
        shelf.find("../secret")


def test_no_folder_of_ones_own_is_no_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "own_folder", lambda: tmp_path / "nowhere")

    assert {"dana_double_billing", "joel_late_bed"} <= {each.name for each in shelf.available()}


def test_the_own_folder_lies_in_the_users_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    assert tmp_path / "hotseat" / "personas" == shelf.own_folder()
