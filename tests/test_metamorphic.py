"""What must not change when what is compared does not: the metamorphic tests of the debrief, on real recorded calls.

The calls are held through the virtual card, with real synthesis, recognition and reading; then something about the
trainee's voice, the hearing or the medium is changed and the scores are made again. What changes the sound is done to the
trainee's whole track as it was recorded. "Words held" means that what was said, and when, stays as it was heard; the
measures of the voice are taken anew.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from evaluation.calmness import DELIVERY
from evaluation.debrief import Debrief, make_debrief
from evaluation.items import Item
from evaluation.rubric import shipped
from evaluation.timeline import Steps, build_timeline
from simulator import events as ev
from simulator.cli import main
from simulator.commands import ReportTurn
from simulator.console.practice import find_script
from simulator.ports import FRAME_SAMPLES, Delivery, Transcript
from simulator.recording import RecordedCall, read_call
from simulator.relisten import HeldWords, relisten
from simulator.replay import engine_of
from simulator.session import CallPlan, hold_fast, hold_typed, load_models
from voice.scripted_microphone import ScriptedMicrophone
from voice.signal import from_pcm, gain, level_db, to_pcm
from voice.synthesizer import load_synthesizer
from voice.trainee_script import TraineeScript
from voice.vocoder import WorldVocoder
from voice.wav import read_recording

Samples = NDArray[np.float32]
slow = pytest.mark.slow
QUICK = ("dana_double_billing/excellent", "dana_double_billing/defensive")
"""Two calls for every run: one well heard and settled, one loud, over her voice and hung up on."""
ALL = (
    *QUICK,
    "dana_double_billing/solution_first",
    "dana_double_billing/script_reader",
    "joel_late_bed/excellent",
    "joel_late_bed/defensive",
)
CALLS = [pytest.param(name, marks=() if name in QUICK else slow) for name in ALL]
every_call = pytest.mark.parametrize("name", CALLS)
pytestmark = pytest.mark.timeout(1800)


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], RecordedCall]:
    """A spoken call by its name, held once a session."""
    folder = tmp_path_factory.mktemp("spoken")

    @cache
    def hold(name: str) -> RecordedCall:
        persona, script = name.split("/")
        out = folder / name.replace("/", "_")
        assert (
            main(["practice", persona, "--trainee", script, "--fast", "--json", "--seed", "1", "--out", str(out)]) == 0
        )
        return read_call(out)

    return hold


Spoken = Callable[[str], RecordedCall]


def debrief_of(call: RecordedCall, steps: Steps | None = None, *, delivery: bool = True) -> Debrief:
    steps = call.pairs if steps is None else steps
    return make_debrief(build_timeline(steps), call.header.load_persona(), shipped(), delivery=delivery)


def scores(debrief: Debrief) -> dict[str, int | None]:
    return {score.name: score.score for score in debrief.scores}


def items(debrief: Debrief) -> dict[str, Item]:
    return {f"{score.name}.{item.item}": item for score in debrief.scores for item in score.items}


def anger(debrief: Debrief) -> list[tuple[int, int]]:
    return [(turn.before.anger, turn.after.anger) for turn in debrief.timeline.turns]


def track(call: RecordedCall) -> Samples:
    return read_recording(call.path / "trainee.wav").samples


# -- the sound, changed ----------------------------------------------------------------------------------------------


def frames(samples: Samples) -> Iterator[Samples]:
    whole = len(samples) // FRAME_SAMPLES * FRAME_SAMPLES
    return iter(samples[:whole].reshape(-1, FRAME_SAMPLES))


def louder(samples: Samples, by_db: float) -> Samples:
    changed = samples * np.float32(gain(by_db))
    assert np.abs(changed).max() <= 1.0, "the test would measure clipping"
    return np.asarray(changed, np.float32)


def pitched(samples: Samples, semitones: float) -> Samples:
    """Another pitch, with the level that every frame had: a vocoder's own level is no part of what is asked."""
    changed = WorldVocoder.load().change(samples, pitch_st=semitones, range_factor=1.0, formants=1.0, rate=1.0)
    changed = np.concatenate([changed, np.zeros(len(samples), np.float32)])[: len(samples)]
    out = np.array(samples)
    for index, (was, now) in enumerate(zip(frames(samples), frames(changed), strict=True)):
        power, wanted = float(np.mean(now**2)), float(np.mean(was**2))
        out[index * FRAME_SAMPLES : (index + 1) * FRAME_SAMPLES] = now * np.sqrt(wanted / max(power, 1e-12))
    return np.clip(out, -1.0, 1.0)


def with_levels(call: RecordedCall, samples: Samples) -> Steps:
    """The call played through the core again with the levels of other sound; what was said and when is held."""
    levels = [max(-90.0, level_db(from_pcm(to_pcm(frame)))) for frame in frames(samples)]
    engine, heard, steps = engine_of(call.header), iter(levels), []
    for event, _ in call.pairs:
        if isinstance(event, ev.FrameHeard):
            event = replace(event, db=next(heard))
        steps.append((event, engine.handle(event)))
    return tuple(steps)


CHANGES = {
    "6 dB louder": lambda samples: louder(samples, 6.0),
    "6 dB softer": lambda samples: louder(samples, -6.0),
    "4 semitones higher": lambda samples: pitched(samples, 4.0),
    "4 semitones lower": lambda samples: pitched(samples, -4.0),
}


def changed(call: RecordedCall, change: str) -> Samples:
    samples = track(call)
    if change == "6 dB louder" and float(np.abs(samples).max()) > gain(-6.0):
        return louder(samples, -12.0)  # a shouted reply would clip: what is asked is that no gain counts
    return CHANGES[change](samples)


@every_call
@pytest.mark.parametrize("change", CHANGES)
def test_neither_gain_nor_pitch_changes_a_score_or_her_anger(spoken: Spoken, name: str, change: str) -> None:
    call = spoken(name)
    steps = with_levels(call, changed(call, change))
    before, after = debrief_of(call), debrief_of(call, steps)

    assert [event.db for event, _ in steps if isinstance(event, ev.FrameHeard)] != [
        event.db for event, _ in call.pairs if isinstance(event, ev.FrameHeard)
    ]
    assert anger(after) == anger(before)
    assert after.canonical() == before.canonical()


@pytest.mark.parametrize("name", QUICK)
def test_one_loud_reply_among_quiet_ones_does_change_her_anger(spoken: Spoken, name: str) -> None:
    """The control: the same path sees a voice that is raised against itself."""
    call = spoken(name)
    turn = build_timeline(call.pairs).turns[-1]
    samples = louder(track(call), -12.0)
    first, last = (t * 16 for t in (turn.start_ms, turn.end_ms))
    samples[first:last] = louder(samples[first:last], 12.0)

    raised = build_timeline(with_levels(call, samples)).turns[-1]

    assert raised.points("raised_voice") > 0


# -- the hearing, worse ----------------------------------------------------------------------------------------------


def less_sure(event: ev.Event, turn: int, confidence: float) -> ev.Event:
    """The event, with the words of one turn recognised less surely and word for word the same."""
    if not isinstance(event, ev.Transcribed) or event.turn != turn:
        return event
    words = tuple(replace(word, confidence=min(word.confidence, confidence)) for word in event.transcript.words)
    return replace(event, transcript=replace(event.transcript, words=words, confidence=confidence))


def heard_worse(call: RecordedCall, turn: int, confidence: float) -> Steps:
    """The call as it went, with one turn recognised less surely: what the debrief makes of it, apart from the caller."""
    return tuple(
        (
            less_sure(event, turn, confidence),
            tuple(
                replace(command, confidence=confidence)
                if isinstance(command, ReportTurn) and command.turn == turn
                else command
                for command in commands
            ),
        )
        for event, commands in call.pairs
    )


DOUBTS = (0.0, 0.3, 0.49, 0.6, 0.74)


@every_call
def test_less_confidence_in_a_turn_never_costs_marks(spoken: Spoken, name: str) -> None:
    call = spoken(name)
    before = debrief_of(call)
    for turn in before.timeline.turns:
        for confidence in (doubt for doubt in DOUBTS if doubt <= turn.confidence):
            after = debrief_of(call, heard_worse(call, turn.turn, confidence))

            assert after.timeline.turns[turn.turn - 1].confidence == confidence
            for score, value in scores(after).items():
                was = scores(before)[score]
                assert value is None or was is None or value >= was, (turn.turn, score)
            was_no = {key for key, item in items(before).items() if item.value == "no"}
            assert {key for key, item in items(after).items() if item.value == "no"} <= was_no, turn.turn
            assert {flag.to_json()["rule_id"] for flag in after.flags} <= {
                flag.to_json()["rule_id"] for flag in before.flags
            }


def report(call: RecordedCall, turn: int, change: Callable[[ev.Event], ev.Event]) -> ReportTurn:
    """What one turn did to her when the call is played through the core again with changed events up to there."""
    engine = engine_of(call.header)
    for event, _ in call.pairs:
        for command in engine.handle(change(event)):
            if isinstance(command, ReportTurn) and command.turn == turn:
                return command
    raise AssertionError(f"turn {turn} was never reported")


@every_call
def test_less_confidence_in_a_turn_never_angers_her(spoken: Spoken, name: str) -> None:
    """What she may have misheard she does not take amiss; kind words need no proof."""
    call = spoken(name)
    for turn in build_timeline(call.pairs).turns:
        was = report(call, turn.turn, lambda event: event)
        for confidence in (doubt for doubt in DOUBTS if doubt <= turn.confidence):
            now = report(call, turn.turn, lambda event, n=turn.turn, c=confidence: less_sure(event, n, c))

            assert now.before == was.before
            assert now.after.anger <= was.after.anger, (turn.turn, confidence)
            assert {entry.cause for entry in now.ledger if entry.points > 0 and entry.quote} <= {"parroting"} | {
                entry.cause for entry in was.ledger if entry.points > 0
            }


def test_harsh_words_heard_badly_do_not_anger_her(spoken: Spoken) -> None:
    """The control: the same words, well heard, do; so the rule above says something."""
    call = spoken("dana_double_billing/defensive")
    harsh = [
        turn for turn in build_timeline(call.pairs).turns if turn.points("blame", "dismiss", "argue", "hostile") > 0
    ]
    assert harsh
    for turn in harsh:
        doubted = report(call, turn.turn, lambda event, n=turn.turn: less_sure(event, n, 0.7))

        notes = {entry.cause: entry.note for entry in doubted.ledger if entry.cause in ("blame", "dismiss", "argue")}
        assert notes and set(notes.values()) == {"not counted: not heard clearly"}
        assert doubted.after.anger < turn.after.anger or turn.after.anger == 100_000


# -- the medium ------------------------------------------------------------------------------------------------------


@every_call
def test_delivery_switched_off_changes_nothing_else(spoken: Spoken, name: str) -> None:
    call = spoken(name)
    on, off = debrief_of(call), debrief_of(call, delivery=False)

    assert (on.score("empathy"), on.score("resolution"), on.flags) == (
        off.score("empathy"), off.score("resolution"), off.flags,
    )  # fmt: skip
    assert {items(off)[f"calmness.{item}"].value for item in DELIVERY} == {"not observed"}
    spoken_items = {key: item.value for key, item in items(on).items() if key.split(".")[1] not in DELIVERY}
    assert {key: items(off)[key].value for key in spoken_items} == spoken_items


def typed_copy(call: RecordedCall) -> Steps:
    """The same call as if every reply had been typed: same words, same readings, same answers, and no voice at all."""
    copy = []
    for event, commands in call.pairs:
        if isinstance(event, ev.FrameHeard):
            event = ev.Tick(t=event.t)
        if isinstance(event, ev.CallStarted):
            event = replace(event, source="typed")
        copy.append(
            (
                event,
                tuple(
                    replace(c, overlap_ms=0, gap_ms=0, confidence=1.0) if isinstance(c, ReportTurn) else c
                    for c in commands
                ),
            )
        )
    return tuple(copy)


@every_call
def test_a_typed_copy_has_the_same_text_items(spoken: Spoken, name: str) -> None:
    call = spoken(name)
    voice, keys = debrief_of(call), debrief_of(call, typed_copy(call))

    assert (keys.timeline.spoken, voice.timeline.spoken) == (False, True)
    said = {key: item.value for key, item in items(voice).items() if key.split(".")[1] not in DELIVERY}
    assert {key: items(keys)[key].value for key in said} == said
    assert {name: scores(keys)[name] for name in ("empathy", "resolution")} == {
        name: scores(voice)[name] for name in ("empathy", "resolution")
    }
    assert [flag.flag for flag in keys.flags] == [flag.flag for flag in voice.flags]
    assert {items(keys)[f"calmness.{item}"].value for item in DELIVERY} == {"not observed"}


@pytest.mark.parametrize("name", [QUICK[0], pytest.param("joel_late_bed/excellent", marks=slow)])
def test_the_same_words_typed_are_read_alike(spoken: Spoken, name: str) -> None:
    """A new call, typed: she may answer otherwise, because nobody let her finish and no voice was steady. Where she has
    said the same before, the same words are the same acts."""
    call = spoken(name)
    turns = build_timeline(call.pairs).turns
    header, heard = call.header, []
    plan = CallPlan(persona=header.load_persona(), seed=header.seed, difficulty=header.difficulty, source="typed")
    hold_typed(
        plan, iter([turn.text for turn in turns]), [lambda event, commands: heard.append((event, tuple(commands)))]
    )
    typed = build_timeline(heard).turns

    alike = [(a, b) for a, b in zip(turns, typed, strict=False) if (a.text, a.heard) == (b.text, b.heard)]
    assert len(alike) >= 3
    for a, b in alike:
        assert a.reading == b.reading, a.turn


# -- the same again --------------------------------------------------------------------------------------------------

_PRINTS: str = "import sys; from simulator.cli import main; sys.exit(main(['debrief', sys.argv[1], '--json']))"


@every_call
def test_the_same_call_gives_the_same_bytes(spoken: Spoken, name: str) -> None:
    """In two processes that hash differently, and in this one."""
    call = spoken(name)
    prints = [
        subprocess.run(
            [sys.executable, "-c", _PRINTS, str(call.path)], env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, check=True, cwd=Path(__file__).parent.parent,
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip

    assert prints[0] == prints[1]
    plain = json.loads(prints[0])
    assert plain["scores"] == json.loads(debrief_of(call).canonical())["scores"]
    assert debrief_of(read_call(call.path)).canonical() == debrief_of(call).canonical()


# -- heard again, otherwise ------------------------------------------------------------------------------------------

SPEECH_DB = -26.0
"""Level of a scripted trainee (voice.scripted_microphone)."""


class Misheard(HeldWords):
    """Every tenth word or so is another one, or none: the words of a recogniser with 10 % errors, as sure as before."""

    share = 0.1

    def transcribe(self, audio: Samples) -> Transcript:
        heard = super().transcribe(audio)
        vocabulary = sorted({word.text for turn in self._heard for word in turn.words})
        words = []
        for word in heard.words:
            # By the word's own place in the call, so that a longer take of the same turn is misheard alike.
            chance = np.random.RandomState(word.start_ms + self._span[0])
            kind = chance.random_sample() / self.share
            if kind < 1 / 3:
                continue
            words.append(replace(word, text=str(chance.choice(vocabulary))) if kind < 1 else word)
        return replace(heard, text=" ".join(word.text for word in words), words=tuple(words))


class Halting(HeldWords):
    """As it was said by somebody who stutters and fills pauses: every fifth word or so is begun twice, or has an "um" before
    it, as sure as before."""

    def transcribe(self, audio: Samples) -> Transcript:
        heard = super().transcribe(audio)
        words = []
        for word in heard.words:
            chance = np.random.RandomState(word.start_ms + self._span[0]).random_sample()
            if chance < 0.1:
                words.append(replace(word, text="um,"))
            elif chance < 0.2:
                words.append(replace(word, text=word.text.strip(".,?!")))
            words.append(word)
        return replace(heard, text=" ".join(word.text for word in words), words=tuple(words))


def noisy(samples: Samples, snr_db: float) -> Samples:
    """With a room's noise, as loud at every pitch as speech is in the mean: falling by 6 dB an octave from 500 Hz on."""
    noise = np.random.RandomState(1).standard_normal(len(samples))
    spectrum, hertz = np.fft.rfft(noise), np.fft.rfftfreq(len(noise), 1 / 16_000)
    noise = np.fft.irfft(spectrum / np.maximum(1.0, hertz / 500), len(noise))
    noise *= gain(SPEECH_DB - snr_db) / np.sqrt(np.mean(noise**2))
    return np.asarray(np.clip(samples + noise, -1.0, 1.0), np.float32)


def narrow(samples: Samples) -> Samples:
    """Nothing above 3400 Hz, as from a headset that samples at 8 kHz."""
    spectrum, hertz = np.fft.rfft(samples), np.fft.rfftfreq(len(samples), 1 / 16_000)
    return np.asarray(np.fft.irfft(np.where(hertz <= 3400, spectrum, 0), len(samples)), np.float32)


def another_speaker(samples: Samples) -> Samples:
    """A smaller speaker with a higher voice."""
    changed = WorldVocoder.load().change(samples, pitch_st=3.0, range_factor=1.1, formants=1.1, rate=1.0)
    return np.concatenate([changed, np.zeros(len(samples), np.float32)])[: len(samples)]


BOUND = {"calmness": 45, "empathy": 20, "resolution": 30}
"""Points that a score may shift by, as published in docs/debrief.md with what was measured. Without delivery one item of a short
call is up to a third of calmness."""
HEARINGS: dict[str, Callable[[RecordedCall], Steps]] = {
    "narrow band": lambda call: relisten(call, narrow(track(call))).steps,
    "noise at 20 dB": lambda call: relisten(call, noisy(track(call), 20.0)).steps,
    "noise at 10 dB": lambda call: relisten(call, noisy(track(call), 10.0)).steps,
    "another speaker": lambda call: relisten(call, another_speaker(track(call))).steps,
    "10 % of the words wrong": lambda call: relisten(call, hearing=Misheard).steps,
    "stutter and um": lambda call: relisten(call, hearing=Halting).steps,
}


@slow
@pytest.mark.parametrize("change", HEARINGS)
@pytest.mark.parametrize("name", ALL)
def test_hearing_it_otherwise_shifts_scores_within_the_published_bound(
    spoken: Spoken, name: str, change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The call goes on as it was recorded while its words are heard otherwise, so the shift holds what she would have
    answered too; a score that is no longer given is no shift. Delivery is left out: when she says something longer, a
    recording cannot wait for its end as a person would."""
    call = spoken(name)
    before = scores(debrief_of(call, delivery=False))
    after = scores(debrief_of(call, HEARINGS[change](call), delivery=False))
    shifts = {
        score: now - was for score, was in before.items() if was is not None and (now := after[score]) is not None
    }
    with capsys.disabled():
        print(f"\n{name}, {change}: {shifts}, bound {BOUND}")

    assert {score: shift for score, shift in shifts.items() if abs(shift) > BOUND[score]} == {}


# -- another trainee -------------------------------------------------------------------------------------------------

OWN_CALL = {"calmness": 15, "empathy": 20, "resolution": 65}
"""The same for calls of their own, as published: a reference number that is not recognised leaves a demand open that must be met,
and a script cannot say it again when she asks for it."""
VOICES = ("en_gb_m2", "en_gb_f1", "en_us_m2", "en_us_f3")
"""Speakers of other ages, sexes and accents than the two that scripts have (voice/voices.toml)."""


@slow
@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("name", ["dana_double_billing/excellent", "joel_late_bed/excellent"])
def test_the_same_script_in_another_voice_shifts_scores_within_the_published_bound(
    spoken: Spoken, tmp_path: Path, name: str, voice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A call of its own: she answers what she hears, and turns may end elsewhere."""
    persona, script = name.split("/")
    header = spoken(name).header
    plan = CallPlan(
        persona=header.load_persona(), seed=header.seed, difficulty=header.difficulty, source="spoken",
        agent=header.agent, out=tmp_path / "call", keep_audio=False,
    )  # fmt: skip
    mouth = load_synthesizer("kokoro", telephone=False)
    delivery = Delivery(speaker=voice, manner="cold", anger=0)
    microphone = ScriptedMicrophone(
        TraineeScript.load(find_script(persona, script)), lambda words: mouth.synthesize(words, delivery).samples
    )
    hold_fast(plan, load_models(plan), microphone)

    before, after = scores(debrief_of(spoken(name))), scores(debrief_of(read_call(tmp_path / "call")))
    shifts = {
        score: now - was for score, was in before.items() if was is not None and (now := after[score]) is not None
    }
    with capsys.disabled():
        print(f"\n{name}, spoken by {voice}: {shifts}, bound {OWN_CALL}")
    assert {score: shift for score, shift in shifts.items() if abs(shift) > OWN_CALL[score]} == {}
