"""What she would say, asked before she says it: the guess is right, and asking changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from personas import shelf
from simulator import commands as do
from simulator import events as ev
from simulator.ahead import EVERY_MS, PREPARES_MS, Ahead
from simulator.engine import CallEngine
from simulator.errors import UserError
from simulator.floor import Floor
from simulator.likely_replies import TEXT, likely_replies
from simulator.live import Conductor, Inline, Models, Result, Work
from simulator.plan import Line as PlannedLine
from simulator.plan import Plan
from simulator.ports import SAMPLE_RATE, Delivery, Speech, Transcript
from simulator.reading import FoundLabel, Matches, Reading
from simulator.rehearsal.telephone import Line
from simulator.rehearsal.telephone import Speech as Says
from simulator.turn_policy import TurnPolicy
from simulator.utterance import Utterance

SCRIPT = (
    Says(7_000, 9_000, "Halden, this is Sam.", ("greeting",)),
    Says(24_000, 29_000, "That was our mistake and I am sorry.", ("own_fault", "apology")),
    Says(45_000, 48_000, "You were charged twice.", ("paraphrase",)),
    Says(62_000, 64_000, "Calm down.", ("dismissive",)),
)


def engine(persona: str = "dana_double_billing") -> CallEngine:
    return CallEngine(shelf.find(persona), TurnPolicy(), 7)


@pytest.mark.parametrize("persona", ["dana_double_billing", "joel_late_bed"])
def test_the_guess_in_a_pause_is_what_she_says_and_asking_changes_nothing(persona: str) -> None:
    call = Line(engine(persona), SCRIPT).run(90_000)
    asked, plain = engine(persona), engine(persona)
    guess: tuple[do.Synthesize, ...] = ()
    right = 0
    for event in call.fed:
        commands = asked.handle(event)
        assert commands == plain.handle(event)
        if isinstance(event, ev.ReplyRead) and asked.may_be_over:
            guess = asked.would_say(asked.words_so_far, event.reading, event.matches)
            assert guess
        if any(isinstance(command, do.ReportTurn) for command in commands):
            made = tuple(command for command in commands if isinstance(command, do.Synthesize))
            assert [(one.text, one.delivery) for one in made] == [(one.text, one.delivery) for one in guess]
            right += 1
    assert right == len(SCRIPT)


def test_outside_a_reply_there_is_nothing_to_guess() -> None:
    quiet = engine()
    assert quiet.would_say("hello", Reading(), Matches()) == ()
    quiet.handle(ev.CallStarted(t=0))
    assert quiet.would_say("hello", Reading(), Matches()) == ()


def test_words_spoken_so_far_can_be_asked_about() -> None:
    call = Line(engine(), SCRIPT)
    call.run(26_000)
    here = call.engine
    assert here.floor is Floor.TRAINEE and here.speaking_since is not None
    assert 23_000 < here.speaking_since <= 24_000
    labels = tuple(FoundLabel(label=label, probability=0.9, quote="") for label in ("own_fault", "apology"))
    guess = here.would_say("That was our mistake", Reading(labels=labels), Matches())
    call.run(40_000)
    said = next(command for t, command in call.log if t > 26_000 and isinstance(command, do.Synthesize))
    assert guess[0].text == said.text


def test_in_a_pause_it_is_the_same_guess() -> None:
    call = Line(engine(), SCRIPT)
    now = 20_000
    while call.engine.floor is not Floor.PAUSE:
        now += 32
        assert now < 40_000
        call.run(now)
    labels = tuple(FoundLabel(label=label, probability=0.9, quote="") for label in ("own_fault", "apology"))
    assert call.engine.would_say("That was our mistake", Reading(labels=labels), Matches())
    assert call.engine.floor is Floor.PAUSE


# -- the watcher, with models that are counted ------------------------------------------------------------------------


@dataclass
class Counted:
    """Ears, reader and mouth that say how often they were used."""

    heard: list[int] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    text: str = "That was our mistake and I am sorry."

    def probability(self, frame: np.ndarray) -> float:
        return 1.0 if float(np.abs(frame).max()) > 0.1 else 0.0

    def transcribe(self, audio: np.ndarray) -> Transcript:
        self.heard.append(len(audio) * 1000 // SAMPLE_RATE)
        return Transcript(text=self.text)

    def read(self, reply: str, caller_line: str) -> Reading:
        return Reading(labels=(FoundLabel(label="own_fault", probability=0.9, quote=reply),))

    def match(self, reply: str, persona: object) -> Matches:
        return Matches()

    def done(self, audio: np.ndarray, words: str, expecting: str) -> float:
        return 0.9

    def synthesize(self, text: str, delivery: Delivery) -> Speech:
        self.made.append(text)
        return Speech(np.zeros(SAMPLE_RATE, np.float32), ())


class Audio:
    def span(self, start_ms: int, end_ms: int) -> np.ndarray:
        return np.zeros((end_ms - start_ms) * SAMPLE_RATE // 1000, np.float32)


@dataclass
class Player:
    utterance: int = 0
    ms: int = 0

    def play(self, utterance: int, samples: np.ndarray) -> None:
        if utterance != self.utterance:
            self.utterance, self.ms = utterance, 0
        self.ms += len(samples) * 1000 // SAMPLE_RATE

    def duck(self, gain_db: float) -> None: ...

    def stop(self, fade_ms: int) -> None: ...

    def position(self) -> tuple[int, int, bool]:
        return self.utterance, self.ms, True


def conductor(models: Counted, ahead: bool) -> Conductor:
    every = Models(
        detector=models, recognizer=models, turn_end=models, reader=models, matcher=models, synthesizer=models
    )
    made = Conductor(engine=engine(), models=every, workers=Inline(), capture=Audio(), player=Player())
    if ahead:
        made.ahead = Ahead(made)
    made.feed(ev.CallStarted(t=0))
    return made


def run(call: Conductor, loud: Callable[[int], bool], until_ms: int) -> None:
    while call.t < until_ms:
        call.frame(np.full(512, 0.5 if loud(call.t) else 0.0, np.float32), -20.0)


@pytest.mark.parametrize("ahead", [False, True])
def test_her_answer_is_made_while_the_trainee_still_speaks(ahead: bool) -> None:
    models = Counted()
    call = conductor(models, ahead)
    begin = 3_000
    run(call, lambda t: begin <= t < begin + 6_000, begin + 5_900)
    assert call.engine.floor is Floor.TRAINEE
    looked, made = len(models.heard), list(models.made)
    run(call, lambda t: t < begin + 6_000, begin + 8_000)

    answer = next(text for text in models.made if text not in made) if not ahead else ""
    assert (looked > 0) == ahead
    if ahead:
        assert looked <= 6_000 // EVERY_MS
        said = [piece for piece in models.made if models.made.count(piece) > 1]
        assert said, "the first piece of her answer was made before it was asked for"
    else:
        assert answer


def test_words_so_far_are_not_recognised_once_he_has_paused() -> None:
    """The whole of what he said would wait behind it."""

    class Slow(Inline):
        """Ears that get to nothing before they are told to."""

        def __init__(self) -> None:
            super().__init__()
            self.waiting: list[tuple[Work, Callable[[Exception], Result]]] = []

        def submit(self, lane: str, work: Work, failed: Callable[[Exception], Result]) -> None:
            if lane == "ears":
                self.waiting.append((work, failed))
            else:
                super().submit(lane, work, failed)

        def catch_up(self) -> None:
            for work, failed in self.waiting:
                super().submit("ears", work, failed)
            self.waiting = []

    models = Counted()
    call = conductor(models, ahead=True)
    ears = call.workers = Slow()
    begin, spoken = 3_000, EVERY_MS + 200
    run(call, lambda t: begin <= t < begin + spoken, begin + spoken)
    looks = len(ears.waiting)
    run(call, lambda t: False, begin + spoken + 200)

    assert looks == 1
    assert len(ears.waiting) == 2
    ears.catch_up()
    call.deliver()
    assert len(models.heard) == 1, "only the whole of it"
    run(call, lambda t: False, begin + spoken + 3_000)
    ears.catch_up()
    run(call, lambda t: t > begin + spoken + 3_000, begin + 2 * spoken + 3_200)
    assert len(ears.waiting) == 1, "and the next time he speaks she listens again"


def test_a_model_that_fails_on_a_guess_does_no_harm() -> None:
    class Broken(Counted):
        def transcribe(self, audio: np.ndarray) -> Transcript:
            if len(audio) < 5 * SAMPLE_RATE:
                raise RuntimeError("out of memory")
            return super().transcribe(audio)

    models = Broken()
    call = conductor(models, True)
    run(call, lambda t: 3_000 <= t < 9_000, 12_000)
    assert call.failures == [] and call.engine.turn == 1


# -- preparing for replies that may come ------------------------------------------------------------------------------


@pytest.mark.parametrize("persona", ["dana_double_billing", "joel_late_bed"])
def test_what_she_might_say_is_what_she_says_and_asking_changes_nothing(persona: str) -> None:
    call = Line(engine(persona), SCRIPT).run(90_000)
    replies = {event.turn: event for event in call.fed if isinstance(event, ev.ReplyRead)}
    asked, plain = engine(persona), engine(persona)
    guess: tuple[do.Synthesize, ...] = ()
    right = 0
    for event in call.fed:
        commands = asked.handle(event)
        assert commands == plain.handle(event)
        coming = replies.get(asked.turn + 1)
        if asked.floor is Floor.QUIET and coming is not None:
            guess = asked.might_say(SCRIPT[asked.turn].say, coming.reading, coming.matches)
            assert guess, "a caller who is silent can always be asked what she would answer"
        if any(isinstance(command, do.ReportTurn) for command in commands):
            made = tuple(command for command in commands if isinstance(command, do.Synthesize))
            right += [one.text for one in made] == [one.text for one in guess]
    assert right >= len(SCRIPT) - 1, "loudness and pace of a reply are not known before it: one may differ"


def test_while_she_speaks_she_is_asked_as_if_heard_to_the_end() -> None:
    call = Line(engine(), SCRIPT)
    now = 0
    while not (call.engine.floor is Floor.CALLER and call.engine.all_made):
        now += 32
        assert now < 20_000
        call.run(now)
    line = call.engine.view.caller_line
    before = call.engine.might_say(TEXT, Reading(), Matches())
    assert before and call.engine.floor is Floor.CALLER and call.engine.view.caller_line == line
    while call.engine.floor is Floor.CALLER:
        now += 32
        call.run(now)
    after = call.engine.might_say(TEXT, Reading(), Matches())
    assert [one.text for one in after] == [one.text for one in before]


@pytest.mark.parametrize(("line", "goes_on"), [("Okay. Thank you for that.", False), ("No, I told him Tuesday.", True)])
def test_a_lone_word_that_ends_a_sentence_has_the_pause_of_one(line: str, goes_on: bool) -> None:
    made = Utterance.of(1, Plan(lines=(PlannedLine(situation="soften", text=line),)), not_before=0, decided=0)
    assert [part.goes_on for part in made.parts] == [False, goes_on]


def test_what_she_is_saying_is_made_before_what_she_might_say() -> None:
    silent = engine()
    silent.handle(ev.CallStarted(t=0))
    assert not silent.all_made
    assert silent.might_say(TEXT, Reading(), Matches()) == ()


def test_likely_replies_fit_the_caller_and_leave_out_what_she_has_told() -> None:
    persona = shelf.find("dana_double_billing")
    everything = list(likely_replies(persona))
    asked = {match.fact for _, matches in everything for match in matches.asked}
    assert asked == {*(fact.id for fact in persona.facts), *(need.id for need in persona.hidden_needs)}
    assert {match.offer for _, matches in everything for match in matches.offers} == {o.id for o in persona.offers}
    some = next(iter(asked))
    fewer = {match.fact for _, matches in likely_replies(persona, told={some}) for match in matches.asked}
    assert fewer == asked - {some}
    first = next(likely_replies(persona, first=True))
    assert first[0].has("greeting") and not next(iter(everything))[0].has("greeting")


def test_her_first_answer_is_begun_while_she_greets() -> None:
    models = Counted()
    call = conductor(models, True)
    run(call, lambda t: False, 6_000)
    greeting = len(models.made)
    assert greeting > 5, "while nobody speaks, beginnings of answers are made"
    assert not call.engine.turn
    run(call, lambda t: 6_000 <= t < 6_000 + PREPARES_MS + 2_000, 6_000 + PREPARES_MS + 500)
    before = len(models.made)
    run(call, lambda t: t < 6_000 + PREPARES_MS + 2_000, 6_000 + PREPARES_MS + 1_900)
    assert call.engine.floor is Floor.TRAINEE
    assert len(models.made) == before, "deep in his turn the recogniser will need the core"


def test_prepared_answers_leave_no_trace_in_the_call() -> None:
    plain, prepared = conductor(Counted(), False), conductor(Counted(), True)
    logs: list[list[object]] = [[], []]
    for call, log in zip((plain, prepared), logs, strict=True):
        call.observers = [lambda event, commands, log=log: log.append((event, commands))]
        run(call, lambda t: 5_000 <= t < 8_000, 14_000)
    assert logs[0] == logs[1]


def test_a_first_clause_that_is_ready_is_taken_at_an_anger_near_hers() -> None:
    class Keeping(Counted):
        def kept(self, text: str, delivery: Delivery) -> bool:
            return (text, delivery.speaker, delivery.anger) == ("Well.", "en_us_f2", 60)

    ahead, hers = Ahead(conductor(Keeping(), True)), Delivery(speaker="en_us_f2", manner="hot", anger=70)
    assert ahead.nearest("Well.", hers).anger == 60
    assert ahead.nearest("Well.", replace(hers, anger=60)).anger == 60
    for other in (replace(hers, anger=90), replace(hers, speaker="en_gb_m1")):
        assert ahead.nearest("Well.", other) == other
    assert ahead.nearest("Nobody ever made this.", hers) == hers
    assert Ahead(conductor(Counted(), True)).nearest("Well.", hers) == hers


def test_a_voice_that_does_not_exist_is_a_fault_of_the_call_and_not_its_end() -> None:
    class Unknown(Counted):
        def kept(self, text: str, delivery: Delivery) -> bool:
            raise UserError("there is no speaker called that")

    call = conductor(Unknown(), True)
    assert call.failures and not call.over
