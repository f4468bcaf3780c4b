"""Holds rehearsed calls: a scripted trainee against a caller's mind, without sound or time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from personas.persona import MET, Persona
from simulator.chance import Chance
from simulator.commands import Outcome
from simulator.mind import Mind, Reply
from simulator.moments import Answered, WatchedMind
from simulator.plan import Line, Plan
from simulator.ports import Matcher, ReplyReader
from simulator.reading import Matches, Reading
from simulator.rehearsal.scene import Scene, Spoken
from simulator.rehearsal.trainees import TRAINEES, SayBack

AGENT = "Sam"
MAX_TURNS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """One rehearsed call."""

    persona: str
    trainee: str
    difficulty: int
    seed: int
    outcome: Outcome
    manner: str
    detail: str
    curve: tuple[float, ...]
    """Anger before the first reply and after each, in points."""
    said: tuple[tuple[str, str, str], ...]
    """(who, why, words): "caller" with the situation, "trainee" with his labels."""
    asked: tuple[frozenset[str], ...]
    """Facts and needs that each reply asked for, as they were understood."""
    met_by: tuple[frozenset[str], ...]
    """Demands met after each reply, hidden ones included."""
    met: tuple[str, ...]
    unmet: tuple[str, ...]
    asked_for_supervisor: bool

    @property
    def turns(self) -> int:
        """Replies that the trainee gave."""
        return len(self.curve) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """How replies are read: by hand, with some of it lost, or by the real models."""

    reader: ReplyReader | None = None
    matcher: Matcher | None = None
    lost: float = 0.0
    """Share of labels, questions and offers that are not heard at all."""

    def read(self, spoken: Spoken, persona: Persona, line: str, chance: Chance, turn: int) -> tuple[Reading, Matches]:
        """Reading and matches of a reply."""
        if self.reader is not None and self.matcher is not None:
            return self.reader.read(spoken.text, line), self.matcher.match(spoken.text, persona)
        reading, matches = spoken.reading(), spoken.matches()
        if not self.lost:
            return reading, matches

        def kept(kind: str, name: str) -> bool:
            return chance.fraction("lost", kind, name, turn) >= self.lost

        return (
            Reading(labels=tuple(item for item in reading.labels if kept("label", item.label))),
            replace(
                matches,
                asked=tuple(item for item in matches.asked if kept("asked", item.fact)),
                offers=tuple(item for item in matches.offers if kept("offer", item.offer)),
            ),
        )


def rehearse(
    persona: Persona,
    trainee: str,
    seed: int,
    *,
    difficulty: int,
    back: SayBack,
    listening: Listening | None = None,
    watch: Callable[[Answered], None] | None = None,
) -> Rehearsed:
    """Hold one call. ``persona`` is as its file has it; the dial is turned here. ``watch`` is shown every reply."""
    listening = listening or Listening()
    dialled = persona.at_difficulty(difficulty)
    chance = Chance(seed, f"{trainee}|{persona.id}")
    person = TRAINEES[trainee](dialled, AGENT, chance, back)
    mind = WatchedMind(dialled, seed, watch=watch)
    mind.meets(AGENT)
    plan = mind.caller.greets(mind.mood)
    said: list[tuple[str, str, str]] = []
    curve = [round(mind.mood.points, 3)]
    asked: list[frozenset[str]] = []
    met_by: list[frozenset[str]] = []
    verdicts: dict[str, str] = {}
    taken: list[str] = []
    line = _hear(mind, plan, said)
    finished = True
    for turn in range(1, MAX_TURNS + 1):
        spoken = person.reply(scene_of(mind, turn, plan.lines, verdicts, taken))
        reading, matches = listening.read(spoken, dialled, line, chance, turn)
        mind.line = line
        said.append(("trainee", " ".join(item.label for item in reading.labels), spoken.text))
        answer = mind.answers(
            turn,
            Reply(
                text=spoken.text, reading=reading, matches=matches, overlap_s=spoken.overlap_s,
                silence_s=spoken.silence_s, loud_z=spoken.loud_z, rate_z=spoken.rate_z,
                let_finish=finished and not spoken.overlap_s,
            ),
            question_open=plan.question,
        )  # fmt: skip
        plan = answer.plan
        if turn == MAX_TURNS and plan.outcome is None:
            plan = mind.caller.times_out(mind.mood)
        elif spoken.ends and plan.outcome is None:
            plan = replace(plan, outcome="unresolved", detail="the trainee ended the call")
        finished = any(item.situation in ("greeting", "story") for item in plan.lines)
        curve.append(round(mind.mood.points, 3))
        asked.append(frozenset(item.fact for item in matches.asked))
        met_by.append(frozenset(name for name, level in mind.mood.met.items() if level >= MET))
        verdicts = {verdict.offer: verdict.verdict for verdict in answer.change.verdicts}
        taken += [name for name, verdict in verdicts.items() if verdict == "accepted" and name not in taken]
        line = _hear(mind, plan, said)
        if plan.outcome is not None:
            break
    known = mind.mood.known
    return Rehearsed(
        persona=persona.id, trainee=trainee, difficulty=difficulty, seed=seed,
        outcome=plan.outcome or "unresolved", manner=plan.manner, detail=plan.detail, curve=tuple(curve),
        said=tuple(said), asked=tuple(asked), met_by=tuple(met_by),
        met=tuple(name for name in known if mind.mood.met.get(name, 0.0) >= MET),
        unmet=tuple(item.id for item in persona.demands if mind.mood.met.get(item.id, 0.0) < MET),
        asked_for_supervisor=mind.caller.supervisor.turn is not None,
    )  # fmt: skip


def scene_of(mind: Mind, turn: int, lines: Sequence[Line], verdicts: Mapping[str, str], taken: Iterable[str]) -> Scene:
    """What the trainee can go by before reply number ``turn``.

    ``lines`` is what she has just said, ``verdicts`` what became of the last reply's offers, ``taken`` those accepted so far.
    """
    persona, mood = mind.persona, mind.mood
    return Scene(
        persona=persona, agent=AGENT, turn=turn, lines=tuple(lines), verdicts=dict(verdicts), taken=tuple(taken),
        wants=tuple(
            name for name in mood.known
            if mood.met.get(name, 0.0) < MET and (mind.caller.agenda.voiced.get(name) or _was_hidden(persona, name))
        ),
        told=frozenset(mind.caller.facts.given), tense=mood.band in ("angry", "furious"),
    )  # fmt: skip


def _hear(mind: Mind, plan: Plan, said: list[tuple[str, str, str]]) -> str:
    text = " ".join(line.text for line in plan.lines)
    mind.caller.heard_saying(plan, text, whole=True)
    said.extend(("caller", line.situation, line.text) for line in plan.lines)
    return text


def _was_hidden(persona: Persona, demand: str) -> bool:
    return any(item.id == demand and item.hidden for item in persona.demands)
