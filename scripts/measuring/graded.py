"""Calls of trainees of graded quality, by voice or typed: the rehearsal's own trainees through the whole chain.

A rehearsed trainee looks at what the caller has just said and chooses. Here he does the same in a real call: his reply is
chosen when she begins to answer him, spoken into the virtual microphone, recognised, read and matched, and what she makes
of it is what he sees next. So a mishearing changes the call as it would change a person's.
"""

import ast
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from evaluation.debrief import Debrief, make_debrief
from evaluation.rubric import shipped
from evaluation.say_back import say_back
from evaluation.timeline import build_timeline
from personas.persona import Persona
from simulator.chance import Chance
from simulator.live import Conductor, Inline, Models, TypedCall
from simulator.models import model_digest
from simulator.moments import Answered, WatchedMind
from simulator.ports import Delivery
from simulator.recording import read_call
from simulator.rehearsal.calls import AGENT, MAX_TURNS, scene_of
from simulator.rehearsal.scene import Spoken
from simulator.rehearsal.trainees import TRAINEES, Trainee
from simulator.session import CallPlan, engine_for, hold_fast, load_models, load_typed_models, recorder
from voice.trainee_script import Reply, TraineeScript
from voice.voices import speaker

if TYPE_CHECKING:
    from simulator.engine import CallEngine
    from simulator.ports import Samples, Synthesizer

READS: Final = ("reader", "matcher", "slots", "slot_words", "text", "fitting", "encoder", "say_back", "kept")
"""What of ``evaluation`` has a part in a call; the rest debriefs it."""
ROOT: Final = Path(__file__).resolve().parent.parent.parent
INTERRUPTS_MS: Final = 1_200
"""One who never lets her finish speaks so long after she has begun."""
DB: Final = 6.0
"""A deviation of loudness, in decibels (simulator/own_voice.py)."""
VOICES: Final = {"f": ("trainee_m", "en_gb_m2"), "m": ("trainee_f", "en_gb_f1")}
"""Who speaks for the trainee, by the caller's sex, so that the two never sound alike; the seed chooses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """Which call to hold."""

    persona: Persona
    """As its file has it."""
    trainee: str
    seed: int
    difficulty: int
    engine: str
    """Of the trainee's voice (voice/synthesizer.py); empty for a typed call."""
    hers: str = ""
    """Of the caller's voice, which nobody in these calls listens to; empty is the same as the trainee's."""

    @property
    def spoken(self) -> bool:
        """Whether it goes through microphone and recogniser."""
        return bool(self.engine)

    @property
    def voice(self) -> str:
        """Who speaks for the trainee."""
        voices = VOICES[speaker(self.persona.voice.speaker).sex]
        return voices[self.seed % len(voices)]

    @property
    def key(self) -> str:
        """Names this call with everything that it comes from: the caller's file, the models, and the code of the call."""
        parts = [repr(self.persona.to_json()), self.trainee, str(self.seed), str(self.difficulty)]
        parts += [
            self.engine,
            self.hers,
            self.voice if self.spoken else "typed",
            *(model_digest(name) for name in ("reader", "matcher")),
        ]
        parts += [model_digest("whisper-tiny-en"), _code()]
        return sha256("\n".join(parts).encode()).hexdigest()[:24]


@cache
def _code() -> str:
    """Digest of the code that a call is made by, whatever its comments and line breaks."""
    folders = (ROOT / "simulator", ROOT / "simulator" / "rehearsal", ROOT / "voice", ROOT / "evaluation")
    digest = sha256((ROOT / "simulator" / "rehearsal" / "stock.yaml").read_bytes())
    for path in (path for folder in folders for path in sorted(folder.glob("*.py"))):
        if path.parent.name != "evaluation" or path.stem in READS:
            digest.update(ast.dump(ast.parse(path.read_text(encoding="utf-8"))).encode())
    return digest.hexdigest()


@dataclass(slots=True)
class InACall:
    """A rehearsed trainee in a call that is really held: chooses each reply by what stands in its engine."""

    person: Trainee
    engine: "CallEngine"
    last: Answered | None = None
    replies: int = 0
    taken: list[str] = field(default_factory=list)
    over: bool = False
    """He has put the phone down, or has said all that he ever will."""

    @classmethod
    def of(cls, call: Graded, engine: "CallEngine") -> "InACall":
        """The trainee of a call; he watches its caller's mind from here on."""
        persona = engine.persona
        chance = Chance(call.seed, f"{call.trainee}|{persona.id}")
        made = cls(TRAINEES[call.trainee](persona, AGENT, chance, say_back), engine)
        engine.mind = WatchedMind(persona, engine.seed, engine.ceiling, watch=made._sees)
        return made

    def _sees(self, answered: Answered) -> None:
        self.last = answered
        for verdict in answered.answer.change.verdicts:
            if verdict.verdict == "accepted" and verdict.offer not in self.taken:
                self.taken.append(verdict.offer)

    def next(self) -> Spoken:
        """What he says now."""
        self.replies += 1
        answer = self.last.answer if self.last is not None else None
        lines = answer.plan.lines if answer is not None else ()
        verdicts = {item.offer: item.verdict for item in answer.change.verdicts} if answer is not None else {}
        said = self.person.reply(scene_of(self.engine.mind, self.replies, lines, verdicts, self.taken))
        self.over = said.ends or self.replies >= MAX_TURNS
        return said


class AdaptiveMicrophone:
    """A :class:`voice.virtual_card.Microphone` that chooses each reply when the caller begins to answer the one before."""

    def __init__(self, trainee: InACall, speak: "Callable[[str], Samples]") -> None:
        from voice.scripted_microphone import ScriptedMicrophone

        self._trainee = trainee
        self._script = ScriptedMicrophone(TraineeScript(name=trainee.person.voice, replies=()), speak)

    @property
    def finished(self) -> bool:
        """Whether he has said his last."""
        return self._trainee.over and self._script.finished

    @property
    def hung_up(self) -> bool:
        """Whether he has put the phone down."""
        return self._script.hung_up

    def read(self, frame_index: int, caller_speaking: bool) -> "Samples":
        """As :class:`voice.virtual_card.Microphone`."""
        if self._script.finished and self._script.answered and not self._trainee.over:
            said = self._trainee.next()
            self._script.add(as_reply(said, number=self._trainee.replies))
        return self._script.read(frame_index, caller_speaking)


def as_reply(said: Spoken, *, number: int) -> Reply:
    """A rehearsed reply as one to be spoken. Nobody begins a call over her greeting or in a raised voice: loudness is held
    against the trainee's own, and for that he must have one."""
    first = number == 1
    return Reply(
        line=number, words=said.text, wait_ms=round(1000 * said.silence_s) if said.silence_s else None,
        interrupt_ms=INTERRUPTS_MS if said.overlap_s and not first else None,
        louder_db=0.0 if first else DB * said.loud_z, hangs_up=said.ends,
    )  # fmt: skip


@dataclass(slots=True)
class Chain:
    """The models, loaded once for all calls."""

    _models: Models | None = None
    _mouth: "Synthesizer | None" = None

    def hold(self, call: Graded, folder: Path) -> Path:
        """The recording of a call, in ``folder`` under its key; held only when it is not there yet."""
        out = folder / call.key
        if out.exists():
            return out
        shutil.rmtree(out.with_name(out.name + ".partial"), ignore_errors=True)
        persona = call.persona.model_copy(update={"curveballs": ()}).at_difficulty(call.difficulty)
        plan = CallPlan(
            persona=persona, seed=call.seed, difficulty=call.difficulty, source="spoken" if call.spoken else "typed",
            agent=AGENT, out=out, keep_audio=False, script=call.trainee, voice=call.hers or call.engine or "auto",
        )  # fmt: skip
        engine = engine_for(plan)
        trainee = InACall.of(call, engine)
        if call.spoken:
            self._speak(plan, call, engine, trainee)
        else:
            self._type(plan, engine, trainee)
        return out

    def _speak(self, plan: CallPlan, call: Graded, engine: "CallEngine", trainee: InACall) -> None:
        from voice.detector import SileroDetector
        from voice.synthesizer import load_synthesizer

        self._models = self._models or load_models(plan)
        mouth = self._mouth = self._mouth or load_synthesizer(call.engine, telephone=False)  # type: ignore[arg-type]
        delivery = Delivery(speaker=call.voice, manner="cold", anger=0)
        models = replace(self._models, detector=SileroDetector.load())  # it keeps state, and serves one call
        microphone = AdaptiveMicrophone(trainee, lambda words: mouth.synthesize(words, delivery).samples)
        hold_fast(plan, models, microphone, engine=engine)

    def _type(self, plan: CallPlan, engine: "CallEngine", trainee: InACall) -> None:
        self._models = self._models or load_typed_models(plan)
        with recorder(plan, self._models, spoken=False) as writer:
            observers = [writer.step] if writer is not None else []
            conductor = Conductor(engine=engine, models=self._models, workers=Inline(), observers=observers)
            typed = TypedCall(conductor)
            typed.begin(plan.agent)
            while not conductor.over and not trainee.over:
                typed.say(trainee.next().text)
            typed.act("hang_up" if trainee.over else "leave")


def debrief_of(out: Path) -> Debrief:
    """The debrief of a held call, with the rubric that is here."""
    call = read_call(out)
    return make_debrief(build_timeline(call.pairs), call.header.load_persona(), shipped())


def result_of(call: Graded, debrief: Debrief) -> dict[str, Any]:
    """What is kept of it."""
    timeline = debrief.timeline
    return {
        "persona": call.persona.id, "trainee": call.trainee, "seed": call.seed, "difficulty": call.difficulty,
        "voice": call.voice if call.spoken else "typed", "outcome": timeline.outcome, "manner": timeline.manner,
        "turns": len(timeline.turns), "heard": round(min((t.confidence for t in timeline.turns), default=1.0), 2),
        **{score.name: score.score for score in debrief.scores},
    }  # fmt: skip


def calls(personas: list[Persona], trainees: list[str], seeds: int, *, engine: str, hers: str = "") -> Iterator[Graded]:
    """Every call once: all callers and trainees with one seed, then with the next; the difficulty goes 3, 2, 4."""
    for seed in range(seeds):
        for persona in personas:
            for trainee in trainees:
                difficulty = (3, 2, 4)[seed % 3]
                yield Graded(
                    persona=persona, trainee=trainee, seed=seed, difficulty=difficulty, engine=engine, hers=hers
                )  # fmt: skip
