"""More ways of asking and offering, kept beside a persona file."""

from pathlib import Path

import pytest

from personas.checker import check
from personas.findings import PersonaError
from personas.loader import load
from personas.sayings import beside
from tests.personas.support import DANA, SHIPPED


@pytest.fixture
def dana(tmp_path: Path) -> Path:
    file = tmp_path / "dana.yaml"
    file.write_bytes(DANA.read_bytes())
    return file


def test_sayings_are_added_once_to_what_the_file_holds(dana: Path) -> None:
    before = load(dana)
    beside(dana).write_text(
        "# a comment\n\naccount: digits on the bill please\naccount: digits on the bill please\n"
        "voucher : have a box of chocolates on us\ndaycare: who else did this touch\n",
        encoding="utf-8",
    )
    after = load(dana)

    assert after.facts[0].asked_like == (*before.facts[0].asked_like, "digits on the bill please")
    assert "have a box of chocolates on us" in next(o for o in after.offers if o.id == "voucher").heard_like
    assert "who else did this touch" in after.hidden_needs[0].asked_like
    assert after.model_copy(update={"facts": (), "offers": (), "hidden_needs": ()}) == before.model_copy(
        update={"facts": (), "offers": (), "hidden_needs": ()}
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "acount: what is it",
            "dana.sayings.txt:2:1: 'acount' is no fact, hidden need or offer of this persona. Did you",
        ),
        ("what is it", "dana.sayings.txt:2:1: 'what is it' is not 'id: words'."),
        ("account:", "dana.sayings.txt:2:1: 'account:' is not 'id: words'."),
        ("account: " + "a" * 300, "dana.sayings.txt:2:1: is longer than 200 characters"),
    ],
)
def test_a_wrong_line_is_named_with_its_place(dana: Path, line: str, message: str) -> None:
    beside(dana).write_text(f"account: the number please\n{line}\n", encoding="utf-8")

    assert message in str(check(dana)[-1])
    with pytest.raises(PersonaError, match="sayings"):
        load(dana)


def test_sayings_in_another_encoding_are_refused(dana: Path) -> None:
    beside(dana).write_bytes("account: café\n".encode("latin-1"))

    assert "not UTF-8" in str(check(dana)[-1])


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_shipped_callers_have_them(path: Path) -> None:
    assert beside(path).is_file()
