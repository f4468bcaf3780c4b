"""Calls made by hand from the real classes: Dana's four worked calls, their anger moved by the real mood.

Acts and confidences are set as in persona_engine.md, section 8; times, texts and verdicts are those of the real values,
so that a timeline built from them has everything that a recorded call has.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from evaluation.debrief import Debrief, make_debrief
from evaluation.rubric import Rubric
from evaluation.timeline import Steps, Timeline, build_timeline
from personas.loader import load
from personas.persona import Persona
from simulator.acts import Act
from simulator.commands import Command, EndCall, HeardLine, Outcome, ReportTurn, SayAloud
from simulator.events import CallStarted, Event, PlaybackMoved, ReplyRead, Tick, TraineeAction
from simulator.gate import POSTROLL_MS, PREROLL_MS
from simulator.mood import Mood, Offered, Turn
from simulator.reading import FactAsked, FoundLabel, Matches, OfferMade, Reading

LIBRARY = Path(__file__).parents[2] / "personas" / "library"
DANA: Persona = load(LIBRARY / "dana_double_billing.yaml")
RUBRIC = Rubric.load()

GREETING = "Hi. Yeah. Before you ask how I am, I've been charged twice and this is my third time dealing with it."
STORY_1, STORY_2 = DANA.lines_for("story", "any")[:2]
MONEY, FEES, AGAIN, LETTER = (demand.say[0] for demand in DANA.demands)
DAYCARE = DANA.hidden_needs[0].say[0]


@dataclass(frozen=True, kw_only=True)
class Says:
    """One turn of a scripted trainee, and what the caller says to it."""

    text: str
    acts: tuple[Act, ...] = ()
    answer: str = "Okay."
    offers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(offer, missing slots)."""
    slots: tuple[tuple[str, str], ...] = ()
    closing: bool = False
    greets: bool = False
    asked: str = ""
    reveals: tuple[str, ...] = ()
    adds: str = ""
    moves: tuple[str, ...] = ("agenda",)
    overlap_ms: int = 0
    loud_z: float = 0.0
    confidence: float = 0.93
    told: bool = True


def act(name: str, quote: str, spec: float = 0.8, confidence: float = 0.9, variant: str = "") -> Act:
    return Act(name=name, confidence=confidence, spec=spec, quote=quote, variant=variant)


@dataclass
class Script:
    """Makes steps out of turns."""

    turns: Sequence[Says]
    outcome: Outcome | None = None
    manner: Any = ""
    spoken: bool = True
    hangs_up: bool = False
    persona: Persona = DANA
    steps: list[tuple[Event, tuple[Command, ...]]] = field(default_factory=list)
    t: int = 0
    utterance: int = 0

    def make(self) -> Steps:
        mood = Mood.begin(self.persona)
        greeting = SayAloud(utterance=1, reason="greeting", turn=0, text=GREETING, acted_delay_ms=0)
        source: Any = "spoken" if self.spoken else "typed"
        self.steps.append((CallStarted(t=0, agent="Sam", source=source), (greeting,)))
        self.utterance = 1
        waiting = GREETING
        for number, says in enumerate(self.turns, 1):
            self._heard(waiting, cut=says.overlap_ms)
            self._turn(number, says, mood)
            waiting = says.answer
        self._heard(waiting)
        end = (EndCall(outcome=self.outcome, manner=self.manner),) if self.outcome else ()
        last: Event = TraineeAction(t=self.t + 900, action="hang_up") if self.hangs_up else Tick(t=self.t + 900)
        self.steps.append((last, end))
        return tuple(self.steps)

    def _heard(self, text: str, cut: int = 0) -> None:
        start = self.t + (350 if self.utterance > 1 else 0)
        self.t = start + 330 * len(text.split()) if not cut else start + 1500 + cut
        heard = HeardLine(utterance=self.utterance, start_ms=start, end_ms=self.t, text=text, whole=not cut)
        moved = PlaybackMoved(t=self.t, utterance=self.utterance, position_ms=self.t - start, idle=True)
        self.steps.append((moved, (heard,)))

    def _turn(self, number: int, says: Says, mood: Mood) -> None:
        start = self.t + 600 - says.overlap_ms if not says.overlap_ms else self.t - says.overlap_ms
        self.t = start + 350 * len(says.text.split()) + 300
        change = mood.step(
            Turn(
                acts=says.acts,
                offers=tuple(Offered(offer=offer, missing=missing, quote=says.text) for offer, missing in says.offers),
                text=says.text, overlap_s=says.overlap_ms / 1000, loud_z=says.loud_z, spoken=self.spoken,
                story_told=says.told,
            )
        )  # fmt: skip
        if says.adds:
            mood.reveal(says.adds)
        report = ReportTurn(
            turn=number, start_ms=max(0, start - PREROLL_MS), end_ms=self.t + POSTROLL_MS, text=says.text,
            confidence=says.confidence if self.spoken else 1.0, before=change.before, after=change.after,
            ledger=change.ledger, acts=tuple(each.name for each in says.acts),
            offers=tuple((verdict.offer, verdict.verdict) for verdict in change.verdicts), revealed=says.reveals,
            met=tuple((name, round(mood.met.get(name, 0.0), 2)) for name in mood.known), moves=says.moves,
            gap_ms=600, overlap_ms=says.overlap_ms,
        )  # fmt: skip
        self.utterance += 1
        answer = SayAloud(
            utterance=self.utterance, reason="end_of_turn", turn=number, text=says.answer, acted_delay_ms=200
        )
        self.steps.append((self._read(number, says), (report, answer)))

    def _read(self, number: int, says: Says) -> ReplyRead:
        labels = [FoundLabel(label="closing", probability=0.9, quote=says.text)] if says.closing else []
        labels += [FoundLabel(label="greeting", probability=0.9, quote=says.text)] if says.greets else []
        labels += [
            FoundLabel(label="hostile", probability=each.confidence, quote=each.quote)
            for each in says.acts
            if each.name == "hostile"
        ]
        offers = tuple(OfferMade(offer=offer, score=0.9, quote=says.text, slots=says.slots) for offer, _ in says.offers)
        asked = (FactAsked(fact=says.asked, score=0.9, quote=says.text),) if says.asked else ()
        return ReplyRead(
            t=self.t + POSTROLL_MS, turn=number, take=number, reading=Reading(labels=tuple(labels)),
            matches=Matches(asked=asked, offers=offers),
        )  # fmt: skip


def excellent(spoken: bool = True) -> Steps:
    """One band at a time; every demand met, the hidden need found."""
    two = "So we took ninety-four sixty on the third, again on the fourth, one bill, and this is your third go."
    return Script(
        spoken=spoken,
        outcome="resolved",
        manner="warm",
        turns=(
            Says(
                text="Halden Broadband, you're through to Sam.",
                acts=(act("let_finish", ""), act("backchannel", "")),
                answer=STORY_1,
                told=False,
            ),
            Says(
                text=f"{two} Have I got that right?",
                acts=(act("paraphrase", two), act("summary_check", two)),
                answer=f"Yes. That's what happened. {STORY_2}",
            ),
            Says(
                text="Nine days, after being promised five. That's our mistake, and I'm sorry you've had to chase "
                "your own money. Anyone would be angry.",
                acts=(
                    act("own_fault", "That's our mistake"),
                    act("apology", "I'm sorry you've had to chase your own money."),
                    act("empathy", "Anyone would be angry.", 0.5),
                ),
                answer="Well. That's the first time anyone has said so.",
            ),
            Says(
                text="Before I fix it: what has being charged twice done at your end?",
                asked="daycare",
                acts=(act("open_question", "what has being charged twice done at your end?"),),
                answer=DAYCARE,
                reveals=("daycare",),
                adds="letter",
                moves=("need",),
            ),
            Says(
                text="So the daycare payment bounced because of us, and they wrote to you. That's embarrassing on top "
                "of the money.",
                acts=(
                    act("paraphrase", "So the daycare payment bounced because of us, and they left you a note."),
                    act("empathy", "That's embarrassing on top of the money."),
                ),
            ),
            Says(
                text="I'm reversing the second charge right now; it'll be on your card by Thursday, reference HR-7741.",
                acts=(
                    act("ownership", "I'm reversing the second charge"),
                    act("action", "I'm reversing the second charge right now; it'll be on your card by Thursday"),
                ),
                offers=(("refund_now", ()),),
                slots=(("reference", "HR-7741"), ("when", "by thursday")),
                answer=f"Okay. {FEES}",
            ),
            Says(
                text="The thirty-five dollar fee is on us: same refund or bill credit, whichever you'd rather.",
                acts=(act("options", "same refund or bill credit, whichever you'd rather."),),
                offers=(("cover_fee", ()),),
                answer=f"That's fair, actually. {AGAIN}",
            ),
            Says(
                text="Your March upgrade left two autopay mandates; I've deleted the old one, so it can't repeat.",
                acts=(
                    act("explanation", "Your March upgrade left two autopay mandates"),
                    act("action", "I've deleted the old one"),
                ),
                offers=(("fix_autopay", ()),),
                answer=f"Huh. {LETTER}",
            ),
            Says(
                text="I'll email you a letter today that says the failed payment was our error.",
                acts=(act("follow_up", "I'll email you a letter today"),),
                offers=(("written_proof", ()),),
            ),
            Says(
                text="So: refund by Thursday, fee covered, one mandate, letter today. Thank you for giving us a third "
                "go. Anything I've missed?",
                acts=(
                    act("summary_check", "So: refund by Thursday, fee covered, one mandate, letter today."),
                    act("gratitude", "Thank you for giving us a third go."),
                ),
                closing=True,
                answer="That's everything.",
            ),
        ),
    ).make()


def solution_first(spoken: bool = True) -> Steps:
    """A complete refund comes at once and is only noted; listening comes late."""
    five = "charged on the third and the fourth, called Tuesday, waited nine days."
    return Script(
        spoken=spoken,
        outcome="resolved",
        manner="warm",
        turns=(
            Says(
                text="Halden, Sam here. Account number? Okay I see it, I'll refund the ninety-four sixty.",
                told=False,
                acts=(act("action", "I'll refund the ninety-four sixty."),),
                overlap_ms=1200 if spoken else 0,
                answer=f"Can I finish? Please? {MONEY}",
            ),
            Says(
                text="It'll be back on the card by Thursday, reference HR-7741.",
                told=False,
                acts=(act("action", "It'll be back on the card by Thursday"),),
                offers=(("refund_now", ()),),
                slots=(("reference", "HR-7741"), ("when", "by thursday")),
                answer=FEES,
                moves=("not_ready",),
            ),
            Says(
                text="I can also put a twenty dollar voucher on the account.",
                told=False,
                acts=(act("action", "I can also put a twenty dollar voucher on the account."),),
                offers=(("voucher", ()),),
                answer=AGAIN,
                moves=("reject",),
            ),
            Says(
                text="I'm telling you it's done, it's refunded, Thursday.",
                told=False,
                acts=(
                    act("action", "it's refunded, Thursday."),
                    act("rush", "I'm telling you it's done", confidence=0.62),
                ),
                answer=STORY_1,
            ),
            Says(
                text=f"Okay. You've had this twice and nobody followed through: {five} I'm sorry, that was us.",
                acts=(
                    act("paraphrase", five),
                    act("apology", "I'm sorry, that was us.", 0.6),
                    act("own_fault", "that was us.", 0.6),
                ),
                answer=f"Yes. {STORY_2}",
            ),
            Says(
                text="What's it caused at your end?",
                acts=(act("open_question", "What's it caused at your end?"),),
                asked="daycare",
                answer=DAYCARE,
                reveals=("daycare",),
                moves=("need",),
                adds="letter",
            ),
            Says(
                text="The bounced daycare payment. Right. That's worse than the money.",
                acts=(
                    act("paraphrase", "The bounced daycare payment."),
                    act("empathy", "That's worse than the money."),
                ),
                answer=f"Yes. {LETTER}",
            ),
            Says(
                text="So: refund Thursday, reference HR-7741, and the thirty-five dollar fee with it.",
                acts=(act("action", "refund Thursday, reference HR-7741"),),
                offers=(("refund_now", ()), ("cover_fee", ())),
                slots=(("reference", "HR-7741"), ("when", "thursday")),
            ),
            Says(
                text="And I've removed the second autopay so it can't repeat.",
                acts=(act("action", "I've removed the second autopay"),),
                offers=(("fix_autopay", ()),),
            ),
            Says(
                text="Thanks for bearing with me. You've got my name and the reference.",
                acts=(act("gratitude", "Thanks for bearing with me.", 0.0), act("follow_up", "You've got my name")),
                answer=LETTER,
            ),
            Says(
                text="I'll email that letter today.",
                acts=(act("follow_up", "I'll email that letter today."),),
                offers=(("written_proof", ()),),
            ),
            Says(text="Anything else you need from me before you go?", closing=True, answer="That's everything."),
        ),
    ).make()


def script_reader(spoken: bool = True) -> Steps:
    """The phrase works once, half works, then turns against the trainee."""
    phrase, sorry = "I understand your frustration.", "I apologize for the inconvenience."
    again = act("empathy", phrase, 0.0)
    return Script(
        spoken=spoken,
        outcome="unresolved",
        hangs_up=True,
        turns=(
            Says(
                text="Thank you for calling Halden Broadband, how may I provide you with excellent service today?",
                acts=(act("let_finish", ""),),
                answer=STORY_1,
                told=False,
            ),
            Says(
                text=f"{phrase} Can I have your account number?",
                acts=(again,),
                told=False,
                answer="It's four four seven one, oh nine two six.",
                reveals=("account",),
                moves=("fact",),
                asked="account",
            ),
            Says(
                text=f"{phrase} {sorry} Can you confirm the email?",
                acts=(again, act("apology", sorry, 0.0)),
                told=False,
                answer="Dana dot whitlock at larkmail dot com.",
                reveals=("email",),
                moves=("fact",),
            ),
            Says(
                text=f"{phrase} And what is the account number, please?",
                asked="account",
                acts=(again, act("repeat_question", "what is the account number, please?")),
                told=False,
                answer="I gave you that.",
                moves=("again",),
            ),
            Says(
                text="I do apologize for the inconvenience. Your refund will be processed as soon as possible.",
                acts=(
                    act("apology", "I do apologize for the inconvenience.", 0.0),
                    act("vague_promise", "Your refund will be processed as soon as possible."),
                ),
                told=False,
                answer=MONEY,
            ),
            Says(text=f"{phrase} {sorry}", acts=(again, act("apology", sorry, 0.0)), told=False, answer=STORY_2),
            Says(
                text=f"As I said, it will be processed as soon as possible. {phrase}",
                acts=(act("vague_promise", "it will be processed as soon as possible."), again),
                answer=FEES,
            ),
            Says(
                text="Is there anything else I can help you with today?",
                closing=True,
                acts=(
                    act("ignored_question", "Is there anything else I can help you with today?", confidence=0.8),
                    act("rush", "Is there anything else", confidence=0.65),
                ),
                answer="You know what, put your supervisor on.",
                moves=("supervisor",),
            ),
        ),
    ).make()


def defensive(spoken: bool = True) -> Steps:
    """Blame, supervisor demand, warning, gone."""
    return Script(
        spoken=spoken,
        outcome="hung_up",
        turns=(
            Says(
                text="Halden, this is Sam. Okay, hang on, slow down",
                acts=(act("rush", "hang on, slow down"),),
                told=False,
                overlap_ms=1300 if spoken else 0,
                answer="I wasn't done.",
            ),
            Says(
                text="Well, we don't charge people twice. Did you maybe press pay again yourself?",
                told=False,
                acts=(
                    act("argue", "we don't charge people twice.", variant="contradict"),
                    act("blame", "Did you maybe press pay again yourself?"),
                ),
                answer="So it's my fault. Great.",
                moves=("blamed", "supervisor"),
            ),
            Says(
                text="Ma'am, you need to calm down. It's only ninety dollars.",
                told=False,
                loud_z=1.6 if spoken else 0.0,
                acts=(act("dismiss", "you need to calm down. It's only ninety dollars."),),
                answer="I am about two seconds from hanging up on you.",
                moves=("last_warning",),
            ),
            Says(
                text="I didn't take your money, I just answer the phone. Billing is a different department.",
                acts=(act("argue", "Billing is a different department.", variant="buck"),),
                told=False,
                answer="Nope. Goodbye.",
                moves=("hang_up",),
            ),
        ),
    ).make()


CALLS = {
    "excellent": excellent,
    "solution_first": solution_first,
    "script_reader": script_reader,
    "defensive": defensive,
}


def debrief_of(steps: Steps, persona: Persona = DANA, **options: Any) -> Debrief:
    return make_debrief(build_timeline(steps), persona, RUBRIC, **options)


def with_turn(steps: Steps, number: int, **changes: Any) -> Steps:
    """The same call with other values in one ReportTurn."""
    return tuple(
        (
            event,
            tuple(
                replace(command, **changes) if isinstance(command, ReportTurn) and command.turn == number else command
                for command in commands
            ),
        )
        for event, commands in steps
    )


def turns_of(timeline: Timeline) -> list[int]:
    return [turn.turn for turn in timeline.turns]
