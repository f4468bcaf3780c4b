"""The commands for those who write callers: asked and answered, kept and never overwritten, heard and watched."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from personas import shelf
from personas.checker import check
from personas.loader import load
from personas.schema import SCHEMA_FILE
from simulator.cli import main
from simulator.console import authoring
from simulator.errors import DeviceError
from tests.personas.support import SMALL, line_of, written
from tests.voice.fake_sounddevice import PortAudioError
from voice.devices import Device
from voice.voices import speakers

TYPED = "Ann Weller\nparcel three days late\n\ncold\n70\n\nIt was due Monday.\nIt is still not here.\n\n"


class Typing(io.StringIO):
    """A keyboard: a person answers, and Ctrl-C comes where the words end in it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)

    def isatty(self) -> bool:
        return True

    def readline(self, size: int | None = -1, /) -> str:
        line = super().readline()
        if line == "^C\n":
            raise KeyboardInterrupt
        return line


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path


def types(monkeypatch: pytest.MonkeyPatch, text: str, *, person: bool = False) -> None:
    monkeypatch.setattr("sys.stdin", Typing(text) if person else io.StringIO(text))


def test_answers_through_a_pipe_make_a_caller_on_the_shelf(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    types(monkeypatch, TYPED)

    assert main(["personas", "new", "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert (told["persona"], told["errors"], told["warnings"]) == ("ann_parcel_three_days", 0, 0)
    persona = shelf.find("ann_parcel_three_days")
    assert (persona.who.manner, persona.temper.start_anger) == ("cold", 70)
    first = Path(told["file"]).read_text(encoding="utf-8").splitlines()[0]
    way = first.removeprefix("# yaml-language-server: $schema=")
    assert (Path(told["file"]).parent / way).resolve() == SCHEMA_FILE.resolve()


def test_the_same_answers_again_get_another_name(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = []
    for _ in range(3):
        types(monkeypatch, TYPED)
        assert main(["personas", "new", "--json"]) == 0
        names.append(json.loads(capsys.readouterr().out)["persona"])

    assert names == ["ann_parcel_three_days", "ann_parcel_three_days_2", "ann_parcel_three_days_3"]


@pytest.mark.parametrize(("typed", "person"), [("", False), ("\n" * 11, False), ("\n" * 11, True)])
def test_nothing_answered_is_nothing_written(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, typed: str, person: bool
) -> None:
    types(monkeypatch, typed, person=person)

    assert main(["personas", "new"]) == 2

    assert "nothing was answered, so nothing was written: give one answer of your own" in capsys.readouterr().err
    assert not shelf.own_folder().exists() or not list(shelf.own_folder().iterdir())


def test_the_voice_is_told_and_can_be_answered(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    types(monkeypatch, "")
    answers = written(home / "a.txt", "name: Bob Kerr\nvoice: British man\n")

    assert main(["personas", "new", str(home / "bob.yaml"), "--answers", str(answers)]) == 0

    assert load(home / "bob.yaml").voice.speaker == "en_gb_m1"
    told = capsys.readouterr().out
    assert "the voice:          en_gb_m1, British man in his forties. Another: hotseat personas voices" in told
    assert f"hear it:            hotseat personas preview {home / 'bob.yaml'} greeting" in told


def test_voices_are_those_that_can_be_heard(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["personas", "voices", "--json"]) == 0

    listed = {each["speaker"]: each["whom"] for each in json.loads(capsys.readouterr().out)}
    assert listed == {one.name: one.description for one in speakers().values() if not one.name.startswith("trainee")}
    assert main(["personas", "voices"]) == 0
    assert "en_gb_m1   British man in his forties." in capsys.readouterr().out


def test_another_voice_is_tried_without_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["personas", "preview", "dana", "greeting", "--text", "--speaker", "en_gb_m1"]) == 0
    assert main(["personas", "preview", "dana", "greeting", "--text", "--speaker", "en_gb"]) == 2

    assert "no speaker is called 'en_gb'; the nearest is" in capsys.readouterr().err


@pytest.mark.parametrize(
    "answers",
    [
        "name: Ann Weller\nbehind:\n  It's for my mother.\n",
        "name: Ann\nfacts:\n  Who did you speak to yesterday? Callum.\n  What date was it? The third.\nbehind: His eyes.\n",
    ],
)
def test_the_stock_questions_leave_the_openings_of_a_call_alone(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, answers: str
) -> None:
    types(monkeypatch, "")
    path = written(home / "a.txt", answers)

    assert main(["personas", "new", str(home / "ann.yaml"), "--answers", str(path), "--json"]) == 0
    assert main(["personas", "check", str(home / "ann.yaml"), "--json"]) == 0

    made, *found = map(json.loads, capsys.readouterr().out.splitlines())
    assert made["warnings"] == 0 and {each["level"] for each in found} == {"advice"}


def test_an_opening_that_is_swallowed_is_named_with_its_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    need = (
        "hidden_needs:\n  - id: florist\n    asked_like:\n      - how has this affected you\n"
        '      - what happened at the till\n      - tell me what went on\n    say: ["x y"]\noffers:\n'
    )
    path = written(home / "late_parcel.yaml", SMALL.replace("offers:\n", need))

    assert main(["personas", "check", str(path), "--json"]) == 0

    (found,) = [row for row in map(json.loads, capsys.readouterr().out.splitlines()) if row["level"] == "warning"]
    assert found["line"] == line_of(path.read_text(encoding="utf-8"), "tell me what went on")
    assert "'Tell me what happened.'" in found["message"]
    assert (
        "would be taken for the hidden need 'florist', and open no story: 'tell me what went on'" in (found["message"])
    )
    assert 'or write under nothing: ["' in found["hint"] and '"tell me what happened"' in found["hint"]


def test_a_way_that_stands_alone_is_named_with_its_list_and_what_helps(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = '["what is your order number", "order number please", "how tall is the giraffe", "which day is the fair", "do you like jam"]'
    path = written(
        home / "late_parcel.yaml", SMALL.replace('["order number please", "which order", "the reference"]', odd)
    )

    assert main(["personas", "check", "--alike", str(path), "--json"]) == 0

    found, _offer = [
        row for row in map(json.loads, capsys.readouterr().out.splitlines()) if "stand alone" in row["message"]
    ]
    assert found["message"].startswith("the asked_like of fact 'order' has 3 of 5 ways that stand alone: 'how tall is")
    assert found["message"].endswith("If they were not in this list, the others in it would not catch them.")
    assert found["hint"].endswith("so add two close to each, or take the odd one out.")
    assert found["line"] == 5


def test_nothing_is_overwritten(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(home / "mine.yaml", "do not touch")
    types(monkeypatch, TYPED)

    assert main(["personas", "new", str(path)]) == 2

    assert path.read_text(encoding="utf-8") == "do not touch"
    assert "is there already and is not overwritten: give another name" in capsys.readouterr().err


def test_a_person_is_asked_again_and_told_why(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    types(monkeypatch, "Ann Weller\nlate parcel\n\nwarm\ncold\n\n" + "\n" * 9, person=True)

    assert main(["personas", "new", str(home / "ann.yaml")]) == 0

    asked = capsys.readouterr().err
    assert "1 of 11. What is the caller's name?" in asked and "11 of 11. Whose voice do they have?" in asked
    assert "'warm' is not a manner: hot, cold or shaky. Once more, please." in asked
    assert load(home / "ann.yaml").who.manner == "cold"


def test_a_wrong_answer_in_a_pipe_is_one_line(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    types(monkeypatch, "Ann Weller\nlate parcel\n\nwarm\n")

    assert main(["personas", "new", str(home / "ann.yaml")]) == 2

    assert capsys.readouterr().err == "hotseat: answer 4 (manner): 'warm' is not a manner: hot, cold or shaky\n"
    assert not (home / "ann.yaml").exists()


@pytest.mark.parametrize("end", ["^C\n", ""], ids=["Ctrl-C", "Ctrl-D"])
def test_what_was_answered_is_kept_and_can_be_taken_up(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    types(monkeypatch, f"Ann Weller\nlate parcel\n\n{end}", person=True)
    assert main(["personas", "new", str(home / "ann.yaml")]) == 2
    kept = home / "ann.answers.txt"
    assert f"3 answers are kept: go on with `hotseat personas new {home / 'ann.yaml'} --answers {kept}`" in (
        capsys.readouterr().err
    )
    assert not (home / "ann.yaml").exists()

    types(monkeypatch, "shaky\n" + "\n" * 9, person=True)
    assert main(["personas", "new", str(home / "ann.yaml"), "--answers", str(kept)]) == 0

    persona = load(home / "ann.yaml")
    assert (persona.who.name, persona.who.manner) == ("Ann Weller", "shaky")
    assert "4 of 11." in (asked := capsys.readouterr().err) and "3 of 11." not in asked


def test_kept_answers_never_replace_others(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        types(monkeypatch, "Ann Weller\n^C\n", person=True)
        assert main(["personas", "new"]) == 2

    assert sorted(path.name for path in shelf.own_folder().iterdir()) == ["new.answers.txt", "new_2.answers.txt"]


def test_a_file_of_answers_needs_no_keyboard(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    types(monkeypatch, "these words are not read\n")
    answers = written(home / "a.txt", "name: Bob Kerr\nwishes:\n  I want it back. = I'll send it back\n")

    assert main(["personas", "new", str(home / "bob.yaml"), "--answers", str(answers)]) == 0

    assert load(home / "bob.yaml").demands[0].say == ("I want it back.",)
    assert [found for found in check(home / "bob.yaml") if found.level == "error"] == []


def test_a_place_where_no_caller_would_be_found_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["personas", "new", str(home / "ann.txt")]) == 2
    assert main(["personas", "new", str(home / "none" / "ann.yaml")]) == 2

    one, two = capsys.readouterr().err.splitlines()
    assert "let the name end in .yaml" in one and "does not exist: create it, or give another place" in two


def test_the_schema_is_printed_as_it_ships(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["personas", "schema"]) == 0

    assert capsys.readouterr().out == SCHEMA_FILE.read_text(encoding="utf-8")


def test_lines_of_a_situation_at_an_anger(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["personas", "preview", "dana", "greeting", "--anger", "90", "--text", "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert (told["mood"], told["anger"], told["file"], told["seconds"]) == ("furious", 90, "", 0.0)
    assert tuple(told["lines"]) == shelf.find("dana").lines_for("greeting", "furious")


@pytest.mark.parametrize(
    ("what", "said"),
    [("amount", "facts"), ("money_back", "demands"), ("daycare", "hidden_needs")],
)
def test_lines_of_a_part_of_the_file(capsys: pytest.CaptureFixture[str], what: str, said: str) -> None:
    assert main(["personas", "preview", "dana", what, "--text", "--json", "--anger", "20"]) == 0

    (part,) = [each for each in getattr(shelf.find("dana"), said) if each.id == what]
    assert tuple(json.loads(capsys.readouterr().out)["lines"]) == part.say


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["acept", "--text"], "'acept' is no situation and no part of dana_double_billing. Did you mean 'accept'?"),
        (["accept", "--line", "x", "--text"], "name a situation or give a --line, not both"),
        (["--line", " ", "--text"], "there is nothing to say: give the words in quotes"),
        (["accept", "-n", "99", "--text"], "--number 99 is none"),
        (["accept", "--out", "/no/such/folder/x.wav"], "does not exist: create it, or choose another --out"),
    ],
)
def test_a_preview_of_nothing_is_refused_in_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["personas", "preview", "dana", *arguments]) == 2

    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


def test_without_a_situation_they_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["personas", "preview", "dana"]) == 0

    listed = capsys.readouterr().out
    assert "greeting" in listed and "house lines" in listed and "stop_word" in listed


def test_braces_are_filled() -> None:
    filled = authoring.filled("{agent}, {count} times, {minutes} minutes, you said {promise}, so {day}.")

    assert filled == "Sam, three times, four minutes, you said by Thursday, so Thursday."


def test_a_watched_file_is_checked_when_it_is_saved(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(home / "late_parcel.yaml", SMALL)
    saves: Iterator[str] = iter(
        [SMALL.replace("points: 100", "points: 90"), SMALL.replace("points: 100", "points:  100")]
    )

    def wait(_seconds: float) -> None:
        try:
            written(path, next(saves))
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr("time.sleep", wait)

    assert main(["personas", "watch", str(path)]) == 0

    told = capsys.readouterr()
    assert told.out.count("no errors: it can be played") == 2
    assert "add up to 90, they should add up to 100" in told.out and "1 errors in" in told.out
    assert told.err == "hotseat: no longer watching\n"


class Loudspeaker:
    """The part of the module sounddevice that plays a finished sound."""

    PortAudioError = PortAudioError

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken
        self.played: list[tuple[int, int, int]] = []

    def play(self, sound: object, rate_hz: int, *, device: int, blocking: bool) -> None:
        if self.broken:
            raise PortAudioError("Device unavailable\nmore")
        assert blocking
        self.played.append((len(sound), rate_hz, device))  # type: ignore[arg-type]  # an array


@pytest.mark.parametrize(("rate_hz", "samples"), [(16_000, 1600), (48_000, 4800)])
def test_a_line_is_played_at_the_rate_of_the_device(rate_hz: int, samples: int) -> None:
    import numpy as np

    from voice.aloud import play_aloud

    device = Device(index=3, name="Headset", system="ALSA", inputs=0, outputs=2, rate_hz=rate_hz)
    module = Loudspeaker()

    play_aloud(np.zeros(1600, dtype=np.float32), device, sounddevice=module)

    assert module.played == [(samples, rate_hz, 3)]
    with pytest.raises(DeviceError, match="Headset cannot play this: Device unavailable; write a file with --out"):
        play_aloud(np.zeros(16, dtype=np.float32), device, sounddevice=Loudspeaker(broken=True))


def test_the_balance_report_in_words_as_json_and_as_a_page(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(home / "late_parcel.yaml", SMALL)
    some = ["--seeds", "2", "--trainee", "expert", "--trainee", "warm_beginner", "--trainee", "rude"]

    assert main(["rehearse", str(path), *some, "--report"]) == 0
    words = capsys.readouterr().out
    assert main(["rehearse", str(path), *some, "--report", "--json"]) == 0
    plain = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert main(["rehearse", str(path), *some, "--page", str(home / "balance.html")]) == 0

    assert "The balance holds" in words and "How hard" in words and "dana_double_billing" in words
    assert plain["resolved"] == {"expert": 1.0, "warm_beginner": 1.0, "rude": 0.0} and plain["hardness"] > 0
    assert {"dana_double_billing", "joel_late_bed"} <= {each["persona"] for each in plain["library"]}
    assert "Who settles the call" in (home / "balance.html").read_text(encoding="utf-8")


def test_a_page_is_about_one_caller(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rehearse", "dana", "joel", "--page", str(home / "x.html")]) == 2

    assert "a page is about one caller at one difficulty" in capsys.readouterr().err
