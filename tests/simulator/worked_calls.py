"""The four worked calls of the persona design, read by hand, and a way to hold them typed.

Labels, questions and offers are written beside the words here, so that the core can be tested apart from the reader.
"""

import re
from dataclasses import dataclass, field

from personas.persona import Persona
from simulator.commands import EndCall, ReportTurn, SayAloud
from simulator.engine import CallEngine
from simulator.live import Conductor, Inline, Models, Observer, Pages, TypedCall
from simulator.ports import Transcript
from simulator.reading import LABELS, FactAsked, FoundLabel, Label, Matches, OfferMade, Reading
from simulator.turn_policy import TurnPolicy


@dataclass(frozen=True)
class Said:
    """One reply as a careful reader reads it."""

    text: str
    labels: tuple[Label, ...] = ()
    asked: tuple[str, ...] = ()
    offers: dict[str, dict[str, str]] = field(default_factory=dict)
    details: dict[str, str] = field(default_factory=dict)


REFUND = {"refund_now": {"when": "by thursday", "reference": "hr7741"}}

EXCELLENT = (
    Said("Halden Broadband, you're through to Sam.", ("greeting",)),
    Said("So we took ninety-four sixty on the third, again on the fourth, one bill, and this is your third go. "
         "Have I got that right?", ("paraphrase",)),
    Said("Nine days, after being promised five. That's our mistake, and I'm sorry you've had to chase your own money. "
         "Anyone would be angry.", ("own_fault", "apology", "empathy")),
    Said("Before I fix it: what has being charged twice done at your end?", ("open_question",), ("daycare",)),
    Said("So the daycare payment bounced because of us, and they wrote to you. That's embarrassing on top of the money.",
         ("paraphrase", "empathy")),
    Said("I'm reversing the second charge right now; it'll be on your card by Thursday, reference HR-7741.",
         ("ownership", "solution"), (), REFUND),
    Said("The thirty-five dollar fee is on us: same refund or bill credit, whichever you'd rather.",
         ("options",), (), {"cover_fee": {}}),
    Said("Your March upgrade left two autopay mandates; I've deleted the old one, so it can't run twice again.",
         ("explanation", "solution"), (), {"fix_autopay": {}}),
    Said("I'll email you a letter today that says the failed payment was our error.",
         ("follow_up",), (), {"written_proof": {"when": "today"}}),
    Said("So: refund by Thursday, fee covered, one mandate, letter today. Thank you for giving us a third go. "
         "Anything I've missed?", ("paraphrase", "gratitude", "closing")),
)  # fmt: skip

SCRIPT_READER = (
    Said("Thank you for calling Halden Broadband, how may I provide you with excellent service today?", ("greeting",)),
    Said("I understand your frustration. Can I have your account number?",
         ("empathy", "information_request"), ("account",)),
    Said("I understand your frustration. I apologize for the inconvenience. Can you confirm the email?",
         ("empathy", "apology", "information_request"), ("email",)),
    Said("I understand your frustration. And what is the account number, please?",
         ("empathy", "information_request"), ("account",)),
    Said("I do apologize for the inconvenience. Your refund will be processed as soon as possible.",
         ("apology", "solution"), (), {"refund_wait": {}}),
    Said("I understand your frustration, ma'am. I apologize for the inconvenience.", ("empathy", "apology")),
    Said("I understand your frustration. As I said, it will be processed as soon as possible.",
         ("empathy", "next_steps"), (), {"refund_wait": {}}),
    Said("Is there anything else I can help you with today?", ("closing",)),
)  # fmt: skip

DEFENSIVE = (
    Said("Halden, this is Sam. Okay, hang on, slow down.", ("greeting", "rushing")),
    Said("Well, we don't charge people twice. Did you maybe press pay again yourself?",
         ("defensive", "blame"), ("pressed_twice",)),
    Said("Ma'am, you need to calm down. It's only ninety dollars.", ("dismissive",)),
    Said("I didn't take your money, I just answer the phone. Billing is a different department.", ("defensive",)),
    Said("You should have checked your own account.", ("blame",)),
)  # fmt: skip

SOLUTION_FIRST = (
    Said("Halden, Sam here. Account number? Okay I see it, I'll refund the ninety-four sixty.",
         ("greeting", "information_request", "solution"), ("account",)),
    Said("It'll be back on the card by Thursday, reference HR-7741.", ("solution",), (), REFUND),
    Said("I can also put a twenty dollar voucher on the account.", ("solution",), (), {"voucher": {}}),
    Said("I'm telling you it's done, it's refunded, Thursday.", ("solution", "rushing"), (),
         {"refund_now": {"when": "thursday"}}),
    Said("Okay. You've had this twice and nobody followed through: charged on the third and the fourth, called Tuesday, "
         "waited nine days. I'm sorry, that was us.", ("paraphrase", "apology", "own_fault")),
    Said("What's it caused at your end?", ("open_question",), ("daycare",)),
    Said("The bounced daycare payment. Right. That's worse than the money.", ("paraphrase", "empathy")),
    Said("So: refund Thursday, reference HR-7741, and the thirty-five dollar fee with it.",
         ("solution",), (), {**REFUND, "cover_fee": {}}),
    Said("And I've removed the second autopay so it can't repeat.", ("solution",), (), {"fix_autopay": {}}),
    Said("Thanks for bearing with me. You've got my name and the reference.", ("gratitude",)),
    Said("I'll email that letter today.", ("follow_up",), (), {"written_proof": {"when": "today"}}),
    Said("Anything else you need from me before you go?", ("closing",)),
    Said("Okay. Refund Thursday, the fee, the letter today. Anything else at all?", ("paraphrase", "closing")),
)  # fmt: skip

CALLS = {
    "excellent": EXCELLENT,
    "solution_first": SOLUTION_FIRST,
    "script_reader": SCRIPT_READER,
    "defensive": DEFENSIVE,
}


class HandReader:
    """Reads what was read by hand. The n-th label of a reply stands in its n-th sentence, counted from the end."""

    def __init__(self, replies: tuple[Said, ...], confidence: float = 0.85) -> None:
        self._known = {said.text: said for said in replies}
        self._confidence = confidence

    def read(self, reply: str, caller_line: str) -> Reading:
        said = self._known.get(reply, Said(reply))
        sentences = re.split(r"(?<=[.?!;:]) ", reply)
        spare = max(0, len(sentences) - len(said.labels))
        found = [
            FoundLabel(
                label=label,
                probability=self._confidence,
                quote=sentences[min(said.labels.index(label) + spare, len(sentences) - 1)],
            )
            for label in sorted(said.labels, key=LABELS.index)
        ]
        return Reading(labels=tuple(found))

    def match(self, reply: str, persona: Persona) -> Matches:
        said = self._known.get(reply, Said(reply))
        return Matches(
            asked=tuple(FactAsked(fact=fact, score=0.8, quote=reply) for fact in said.asked),
            offers=tuple(
                OfferMade(offer=offer, score=0.8, quote=reply, slots=tuple(sorted(slots.items())))
                for offer, slots in said.offers.items()
            ),
            details=tuple(sorted(said.details.items())),
        )


class Deaf:
    """Stands where a typed call has no ears."""

    def probability(self, frame: object) -> float:
        return 0.0

    def transcribe(self, audio: object) -> Transcript:
        raise AssertionError("nothing is heard in a typed call")

    def done(self, audio: object, words: str, expecting: str) -> float:
        return 1.0


@dataclass
class Held:
    """What came of a call."""

    engine: CallEngine
    turns: list[ReportTurn]
    said: list[SayAloud]
    end: EndCall


def hold(
    persona: Persona,
    replies: tuple[Said, ...],
    seed: int = 7,
    confidence: float = 0.85,
    watching: tuple[Observer, ...] = (),
) -> Held:
    """Hold a typed call with hand-read replies."""
    hand, deaf = HandReader(replies, confidence), Deaf()
    models = Models(
        detector=deaf, recognizer=deaf, turn_end=deaf, reader=hand, matcher=hand, synthesizer=Pages()
    )  # fmt: skip
    engine = CallEngine(persona, TurnPolicy(), seed)
    turns: list[ReportTurn] = []
    said: list[SayAloud] = []
    ends: list[EndCall] = []

    def watch(event: object, commands: object) -> None:
        for command in commands:  # type: ignore[attr-defined]
            for kind, kept in ((ReportTurn, turns), (SayAloud, said), (EndCall, ends)):
                if isinstance(command, kind):
                    kept.append(command)  # type: ignore[arg-type]

    conductor = Conductor(engine=engine, models=models, workers=Inline(), observers=(watch, *watching))
    call = TypedCall(conductor)
    call.begin("Sam")
    for reply in replies:
        if conductor.over:
            break
        call.say(reply.text)
    call.act("hang_up")
    return Held(engine, turns, said, ends[0])
