"""The callers that ship: sound, rich enough, themselves, and quick to load."""

import re
import time
from pathlib import Path

import pytest

from personas.checker import check
from personas.house import HOUSE_FILE, house_lines
from personas.loader import load
from personas.persona import Fact, HiddenNeed, Temper
from personas.source import Mapping, parse, read_source
from personas.texts import read_lines
from personas.vocabulary import MANNERS, SITUATIONS, WEEKDAYS, placeholders_in
from tests.personas.support import DANA, JOEL, SHIPPED, parties

each_caller = pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
each_manner = pytest.mark.parametrize("manner", MANNERS)


@each_caller
def test_there_is_nothing_to_say_against_it(path: Path) -> None:
    assert check(path) == []


@each_caller
def test_it_is_asked_and_offered_in_many_ways(path: Path) -> None:
    for persona in parties(path):
        known: list[Fact | HiddenNeed] = [*persona.facts, *persona.hidden_needs]
        for asked in known:
            assert len(asked.asked_like) >= 8, asked.id
        for offer in persona.offers:
            assert len(offer.heard_like) >= 6, offer.id


@each_caller
def test_questions_look_like_recognised_speech(path: Path) -> None:
    """Lower case, no punctuation but the apostrophe: that is what the recogniser and the matcher see."""
    texts: list[str] = []
    for persona in parties(path):
        known: list[Fact | HiddenNeed] = [*persona.facts, *persona.hidden_needs]
        texts += [text for asked in known for text in asked.asked_like]
        texts += [text for offer in persona.offers for text in offer.heard_like]
    assert [text for text in texts if not re.fullmatch(r"[a-z' ]+", text)] == []


@each_caller
def test_it_does_not_repeat_itself_soon(path: Path) -> None:
    few = {
        (persona.who.name, situation, mood): len(lines)
        for persona in parties(path)
        for situation, moods in persona.lines.items()
        for mood, lines in moods.items()
        if len(lines) < 4 and situation != "story"
    }
    assert few == {}


@each_caller
def test_every_situation_has_lines_for_when_nothing_is_known(path: Path) -> None:
    for persona in parties(path):
        for situation, moods in persona.lines.items():
            for mood, lines in moods.items():
                if situation != "promise_callback":
                    assert sum(not placeholders_in(line) for line in lines) >= 2, (situation, mood)


@each_caller
def test_no_line_names_a_trainee_or_a_promised_day(path: Path) -> None:
    for persona in parties(path):
        for situation in ("close_warm", "close_cool"):
            for lines in persona.lines[situation].values():
                assert not [
                    line for line in lines if re.search(rf"\bsam\b|\b(?:{'|'.join(WEEKDAYS)})\b", line, re.IGNORECASE)
                ]


@each_caller
def test_it_loads_in_no_time(path: Path) -> None:
    """300 ms is the bar; process time, and the best of three, because other tests share the machine."""
    best = min(_seconds(path) for _ in range(3))

    assert best < 0.3


def _seconds(path: Path) -> float:
    started = time.process_time()
    load(path)
    return time.process_time() - started


def test_dana_is_the_dana_of_the_design() -> None:
    dana = load(DANA)

    assert dana.temper == Temper(
        start_anger=68,
        calms_to=10,
        flares=1.0,
        forgives=1.0,
        stays_angry=0.35,
        wants_to_be_heard_first=0.75,
        patience=100,
        trusts_us=0.22,
        old_grievance=6,
        tells_story_in=2,
    )
    assert [(each.id, each.points, each.must, each.hidden) for each in dana.demands] == [
        ("money_back", 45, True, False),
        ("fees", 20, False, False),
        ("not_again", 15, False, False),
        ("letter", 20, False, True),
    ]
    assert {each.id: each.gives for each in dana.offers} == {
        "refund_now": (("money_back", 100),),
        "refund_wait": (("money_back", 50),),
        "account_credit": (("money_back", 35),),
        "voucher": (("money_back", 10),),
        "cover_fee": (("fees", 100),),
        "fix_autopay": (("not_again", 100),),
        "written_proof": (("letter", 100),),
    }
    assert [(each.when, each.times, each.add) for each in dana.triggers] == [
        ("wall", 1.3, 0),
        ("vague_promise", 1.5, 0),
        (None, 1.0, 8),
    ]
    assert [(each.when, each.times) for each in dana.calming] == [("own_fault", 1.3), ("paraphrase", 1.1)]
    assert dana.hidden_needs[0].open_when.heard == 0.35
    assert {fact.id: fact.anger for fact in dana.facts if fact.anger} == {"pressed_twice": 6}
    assert (dana.who.name, dana.who.manner, dana.voice.speaker) == ("Dana Whitlock", "hot", "en_us_f2")
    assert dana.scoring.pass_mark == 70


def test_joel_is_the_joel_of_the_design() -> None:
    joel = load(JOEL)

    assert joel.temper == Temper(
        start_anger=62,
        calms_to=12,
        flares=0.85,
        forgives=0.8,
        stays_angry=0.5,
        wants_to_be_heard_first=0.55,
        patience=80,
        trusts_us=0.15,
        old_grievance=10,
        tells_story_in=3,
    )
    assert [(each.id, each.points, each.must) for each in joel.demands] == [
        ("real_date", 35, True),
        ("by_friday", 30, True),
        ("truth", 20, False),
        ("day_off", 15, False),
    ]
    assert [(each.when, each.times, each.times_calm) for each in joel.triggers] == [
        ("argue", 1.5, 1.0),
        ("empathy", 1.0, 0.6),
        (None, 1.0, 1.0),
    ]
    assert [(each.id, dict(each.gives)) for each in joel.offers][:3] == [
        ("named_slot", {"real_date": 100, "by_friday": 100}),
        ("next_available", {"real_date": 40}),
        ("loan_bed", {"by_friday": 90, "real_date": 60}),
    ]
    assert joel.offers[0].needs == ("day", "time_window", "name")
    assert (joel.who.manner, joel.voice.loudness) == ("cold", "soft")


def test_joel_never_shows_the_hidden_need_by_himself() -> None:
    """His father is in the hidden need only, and in how a trainee who knows may speak of it."""
    joel = load(JOEL)
    spoken = [line for moods in joel.lines.values() for lines in moods.values() for line in lines]
    spoken += [line for fact in joel.facts for line in (*fact.say, *fact.again, *fact.angry)]
    assert [line for line in spoken if re.search(r"\b(dad|father|hospital)\b", line, re.IGNORECASE)] == []


@each_manner
def test_the_house_has_lines_for_everything(manner: str) -> None:
    lines = house_lines(manner)  # type: ignore[arg-type]

    assert set(SITUATIONS) == set(lines)
    for situation, moods in lines.items():
        for mood, texts in moods.items():
            assert len(texts) >= 4, (situation, mood)
            if situation != "promise_callback":
                assert sum(not placeholders_in(text) for text in texts) >= 2, (situation, mood)


@each_manner
def test_the_house_names_nobody_and_nothing(manner: str) -> None:
    """A house line may be anybody's, so it must not bring a fact along."""
    days = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)
    for moods in house_lines(manner).values():  # type: ignore[arg-type]
        for texts in moods.values():
            for text in texts:
                inside = re.findall(r"(?<![.?!]\s)(?<!^)(?<!\.\.\.)\b[A-Z]\w*", text)
                assert [word for word in inside if word != "I" and not word.isupper()] == [], text
                assert not days.search(text)
                assert not re.search(r"\d", text)


def test_there_is_nothing_to_say_against_the_house() -> None:
    tree = parse(read_source(HOUSE_FILE), HOUSE_FILE.name)
    assert isinstance(tree, Mapping)

    assert [key.text for key, _ in tree.entries] == list(MANNERS)
    for _, node in tree.entries:
        assert read_lines(node, HOUSE_FILE.name).findings == []


def test_manners_differ_in_sound() -> None:
    """Cold is shorter than hot, and shaky says sorry."""
    length = {}
    for manner in MANNERS:
        texts = [text for moods in house_lines(manner).values() for lines in moods.values() for text in lines]
        length[manner] = sum(len(text.split()) for text in texts) / len(texts)

    assert length["cold"] < 0.85 * length["hot"]
    assert length["cold"] < 0.85 * length["shaky"]
