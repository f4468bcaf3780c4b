"""The persona: who is calling, what happened, what they want, how they take things and how they say it.

The models say which keys a file may have and what each means; ``shape`` reads files along them, ``docs/personas.md`` is
tested against them. A persona is a value: frozen, equal by content, the same bytes as JSON everywhere.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from personas import house
from personas.findings import Finding, PersonaError, printable
from personas.keys import Asked, Between, Identifier, Needed, NotInFile, Spoken, WrittenAs
from personas.vocabulary import ANY, MOODS, SITUATIONS, CurveballKind, Line, Loudness, Manner, Room, Weekday

Lines = Annotated[tuple[str, ...], Spoken()]
SomeLines = Annotated[tuple[str, ...], Spoken(), Needed()]
Questions = Annotated[tuple[str, ...], Asked(), Needed()]
ShortName = Annotated[str, Identifier()]

MET: Final = 0.6
"""Level from which a demand counts as met."""
HIGHEST_DIALLED_START: Final = 88.0
"""The dial never starts a caller higher than this: over 92 the first slip would be the last."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        """Itself: nothing in a caller's file can change, so copies of a call in progress share it."""
        return self


class Who(_Part):
    """The person."""

    name: Annotated[str, Needed()] = Field(description="full name")
    age: Annotated[int | None, Between(16, 110)] = Field(default=None, description="in years")
    work: str = Field(default="", description="what they do; for the trainer and the debrief")
    today: str = Field(default="", description="where they are and what the day has been; for the trainer")
    weekday: Weekday | None = Field(default=None, description="the day of the call, where days matter")
    manner: Manner = Field(
        default="hot", description="how anger sounds: hot louder and faster, cold quieter and shorter, shaky breaking"
    )
    talks_like: str = Field(default="", description="how they talk; for whoever writes lines")


class Voice(_Part):
    """The voice that speaks the lines."""

    speaker: Annotated[str, Identifier()] = Field(
        default="en_us_f2", description="name of a voice, see 'hotseat personas voices'"
    )
    pace: Annotated[float, Between(0.7, 1.4)] = Field(default=1.0, description="own pace; 1 is the voice's natural one")
    loudness: Loudness = Field(default="normal", description="soft, normal or loud")
    room: Room = Field(default="quiet", description="where they call from: quiet, street, office, kitchen or car")
    line: Line = Field(default="clear", description="the telephone line: clear, hiss or crackle")


class Temper(_Part):
    """How they take things. The engine's numbers; every one has a default."""

    start_anger: Annotated[float, Between(0, 100)] = Field(default=65, description="0 calm ... 100 furious")
    calms_to: Annotated[float, Between(0, 40)] = Field(default=10, description="the lowest when all is put right")
    flares: Annotated[float, Between(0.5, 1.5)] = Field(default=1.0, description="0.5 slow to anger ... 1.5 quick")
    forgives: Annotated[float, Between(0.5, 1.5)] = Field(default=1.0, description="0.5 grudging ... 1.5 forgiving")
    stays_angry: Annotated[float, Between(0, 0.6)] = Field(default=0.35, description="0 moods pass ... 0.6 they linger")
    wants_to_be_heard_first: Annotated[float, Between(0, 1)] = Field(
        default=0.75, description="0 'just fix it' ... 1 'listen to me first'"
    )
    patience: Annotated[float, Between(20, 150)] = Field(default=100, description="time and effort they bring")
    trusts_us: Annotated[float, Between(0, 1)] = Field(
        default=0.3, description="0 not at all ... 1 fully, at the start"
    )
    old_grievance: Annotated[float, Between(0, 25)] = Field(
        default=4, description="anger that stays until somebody owns the mistake"
    )
    tells_story_in: Annotated[int, Between(1, 6)] = Field(
        default=2, description="pieces of the story after which an apology counts in full; all are told"
    )


class Fact(_Part):
    """Something they answer when asked, in these words."""

    id: ShortName = Field(description="short name")
    asked_like: Questions = Field(description="how a trainee may ask; matched by meaning; at least 3, better 8")
    say: SomeLines = Field(description="the answer")
    again: Lines = Field(default=(), description="the answer when asked a second time")
    angry: Lines = Field(default=(), description="the answer when angry or furious")
    anger: Annotated[float, Between(0, 15)] = Field(default=0, description="points the question itself costs")


class OpenWhen(_Part):
    """Gate of a hidden need; every condition that is given must hold."""

    heard: Annotated[float | None, Between(0, 1)] = Field(default=None, description="felt heard at least this much")
    trust: Annotated[float | None, Between(0, 1)] = Field(default=None, description="trusts us at least this much")
    anger_below: Annotated[float | None, Between(0, 100)] = Field(default=None, description="anger below this")


class HiddenNeed(_Part):
    """What they only tell somebody who asks openly and has been listening."""

    id: ShortName = Field(description="short name, also apart from the facts")
    asked_like: Questions = Field(description="how a trainee may ask; at least 3, better 8")
    open_when: OpenWhen = Field(default=OpenWhen(), description="heard, trust or anger_below; without it, at once")
    say: SomeLines = Field(description="what comes out")
    not_yet: Lines = Field(default=(), description="what they say when asked too early")
    adds_demand: ShortName | None = Field(default=None, description="the hidden demand that is now on the table")


class Demand(_Part):
    """Something they are after."""

    id: ShortName = Field(description="short name")
    points: Annotated[int, Between(0, 100)] = Field(description="how much it matters; all demands add up to 100")
    must: bool = Field(default=False, description="true: the call cannot end well without it")
    hidden: bool = Field(default=False, description="true: unknown until a hidden need adds it")
    out_of_reach: bool = Field(default=False, description="true: no offer can meet it, on purpose; 30 points at most")
    by: Weekday | None = Field(default=None, description="weekday after which it is no use; needs who.weekday")
    say: SomeLines = Field(description="how they ask for it the first time")
    again: Lines = Field(default=(), description="how they come back to it when it was passed over")


class Offer(_Part):
    """Something a trainee may put on the table, and what it is worth."""

    id: ShortName = Field(description="short name")
    heard_like: Questions = Field(description="how a trainee may put it; at least 3, better 6")
    gives: Annotated[tuple[tuple[str, int], ...], Between(0, 100), Needed()] = Field(
        description="demand: how far it meets it, 0 to 100"
    )
    needs: Annotated[tuple[str, ...], Identifier()] = Field(
        default=(), description="what must be said with it: when, day, time_window, name, reference"
    )
    ask_for: Annotated[dict[str, tuple[str, ...]], Spoken()] = Field(
        default_factory=dict, description="how they ask for a part that is missing"
    )
    accept: Lines = Field(default=(), description="taking it, in words of its own")
    reject: Lines = Field(default=(), description="refusing it, in words of its own")
    not_allowed: bool = Field(default=False, description="true: nobody may promise this; the debrief raises a flag")


class Trigger(_Part):
    """Something that works on them otherwise than on most people. Give ``when`` or ``when_said``."""

    when: str | None = Field(default=None, description="an act the listener can notice, such as wall")
    when_said: Annotated[tuple[str, ...], Asked()] = Field(default=(), description="phrases, matched by their words")
    times: Annotated[float, Between(0, 3)] = Field(default=1.0, description="how much worse a raising act is")
    times_calm: Annotated[float, Between(0, 3)] = Field(
        default=1.0, description="how well a calming act works; 0.5 half"
    )
    add: Annotated[float, Between(0, 15)] = Field(default=0, description="points that a phrase of when_said costs")
    say: Lines = Field(default=(), description="what they answer; each line once in a call")


class Curveball(_Part):
    """Something that happens to them in the middle of the call, and that nobody planned."""

    kind: CurveballKind = Field(
        description="bad_line: the reply did not get through; in_the_room: they turn away for a moment; cut_off: the "
        "line drops and they call again; someone_else: another person takes the phone"
    )
    chance: Annotated[float, Between(0, 1)] = Field(default=0.3, description="share of calls in which it comes")
    after: Annotated[int, Between(1, 29)] = Field(default=3, description="not before this reply")
    before: Annotated[int, Between(1, 29)] = Field(default=8, description="due by this reply")
    say: SomeLines = Field(description="what is heard then")
    back: Lines = Field(default=(), description="someone_else: what they say when they have the phone again")
    speaker: str = Field(default="", description="someone_else: the other person's voice; theirs without it")


class Calming(_Part):
    """Something that works on them better than on most people."""

    when: str = Field(description="a calming act, such as own_fault")
    times: Annotated[float, Between(0, 3)] = Field(default=1.0, description="how much better")


class Scoring(_Part):
    """What this caller is meant to teach, for the debrief."""

    must_do: Annotated[tuple[str, ...], Identifier()] = Field(default=(), description="acts that should be there")
    bonus: Annotated[dict[str, int], Between(0, 100)] = Field(default_factory=dict, description="name: points on top")
    penalty: Annotated[dict[str, int], Between(0, 100)] = Field(default_factory=dict, description="name: points off")
    pass_mark: Annotated[int, Between(0, 100)] = Field(default=70, description="points needed to pass")


PARTY_KEYS: Final = frozenset(
    "who voice story temper facts hidden_needs demands offers nothing triggers calming lines".split()
)
"""What ``other:`` may hold: all that belongs to a person, and nothing that belongs to the call."""


class Persona(_Part):
    """A caller. Built by ``personas.loader.load`` from a file, or by ``from_json`` from a recording."""

    id: Annotated[str, Identifier(), WrittenAs("persona")] = Field(description="short name, as the file is called")
    version: Annotated[int, Between(1, 9999)] = Field(default=1, description="count it up when you change the caller")
    title: str = Field(default="", description="the call in a few words, for lists")
    company: str = Field(default="", description="whom they are calling; invent one")
    trains: Annotated[tuple[str, ...], Identifier()] = Field(default=(), description="lessons that use this caller")
    difficulty: Annotated[int, Between(1, 5)] = Field(default=3, description="1 gentle ... 5 very hard, for lists")
    who: Who = Field(description="the person")
    voice: Voice = Field(default=Voice(), description="the voice")
    story: Annotated[str, Needed()] = Field(description="what happened, for the trainer; it is never spoken")
    temper: Temper = Field(default=Temper(), description="how they take things")
    facts: Annotated[tuple[Fact, ...], Needed()] = Field(description="what they answer when asked")
    hidden_needs: tuple[HiddenNeed, ...] = Field(default=(), description="what only comes out if asked openly")
    demands: Annotated[tuple[Demand, ...], Needed()] = Field(description="what they are really after")
    offers: Annotated[tuple[Offer, ...], Needed()] = Field(description="what a trainee may put on the table")
    nothing: Annotated[tuple[str, ...], Asked()] = Field(
        default=(), description="what a trainee may say that asks none of these facts and makes none of these offers"
    )
    triggers: tuple[Trigger, ...] = Field(default=(), description="what sets them off, or leaves them cold")
    calming: tuple[Calming, ...] = Field(default=(), description="what works better on them")
    curveballs: tuple[Curveball, ...] = Field(default=(), description="what may happen in the middle of the call")
    lines: dict[str, dict[str, tuple[str, ...]]] = Field(description="situation, mood, lines; 3 of each or more")
    scoring: Scoring = Field(default=Scoring(), description="what counts in the debrief")
    house: Annotated[dict[str, dict[str, tuple[str, ...]]], NotInFile()] = Field(
        default_factory=dict, description="the house lines of the manner, for when ``lines`` has none, or none left"
    )
    """Put in by the loader so that a recording is complete: a later house_lines.yaml does not change an old call."""
    other: Annotated["Persona | None", NotInFile()] = Field(
        default=None, description="a second caller on the same line, in a dispute that the trainee mediates"
    )
    """Read from the file's ``other:`` section, whose keys are ``PARTY_KEYS``."""

    def __hash__(self) -> int:
        return hash((self.id, self.version, self.title, self.who.name))

    def at_difficulty(self, d: int) -> "Persona":
        """This caller with the dial at ``d``, 1 gentle to 5 very hard; 3 is the file as written. Raises ``ValueError``.

        Only ``temper`` changes: start anger +6 a step (at most 88), flares x (1 + .15 a step), forgives and patience x
        (1 - .12 a step), inertia +.06 a step (in .1 to .6), starting trust -.05 a step (at least .05). The bounds stop
        the dial, they never move a caller the other way. Values are rounded to 4 places. The dial counts from the file:
        turn it once, on a loaded persona.
        """
        if d not in range(1, 6):
            raise ValueError(f"difficulty is {d}, but it must be between 1 and 5")
        step, old = d - 3, self.temper
        if step == 0:
            return self
        other = self.other.at_difficulty(d) if self.other is not None else None
        temper = {
            "start_anger": _towards(old.start_anger, 6 * step, 0, HIGHEST_DIALLED_START),
            "flares": round(old.flares * (1 + 0.15 * step), 4),
            "forgives": round(old.forgives * (1 - 0.12 * step), 4),
            "stays_angry": _towards(old.stays_angry, 0.06 * step, 0.1, 0.6),
            "patience": round(old.patience * (1 - 0.12 * step), 4),
            "trusts_us": _towards(old.trusts_us, -0.05 * step, 0.05, 1),
        }
        return self.model_copy(update={"temper": old.model_copy(update=temper), "other": other})

    def lines_for(self, situation: str, mood: str) -> tuple[str, ...]:
        """What they can say; never empty.

        Looked up in this order, the first that has lines: the situation in exactly this mood; in the mood ``any``; in
        the nearest mood, where the bands stand in the order calm, annoyed, angry, furious, and of two equally near
        ones the milder is taken (a line too mild is believable, a line too hot is not). If the persona
        has no lines for the situation at all, the same search in the house lines of the manner.

        ``mood`` may be ``any``, which looks from ``annoyed``. Placeholders are not filled in. Raises ``KeyError`` for a
        situation or mood that does not exist.
        """
        return next(iter(self.lines_by_fit(situation, mood)), ())

    def lines_by_fit(self, situation: str, mood: str) -> tuple[tuple[str, ...], ...]:
        """All that they can say in ``situation``, in groups, those of ``lines_for`` first and then ever less fitting.

        A caller who has said all of one group goes on with the next rather than repeat herself. Raises ``KeyError`` as
        ``lines_for`` does.
        """
        if situation not in SITUATIONS:
            raise KeyError(f"there is no situation '{situation}'")
        if mood not in (*MOODS, ANY):
            raise KeyError(f"there is no mood '{mood}'")
        own = _by_nearness(self.lines.get(situation, {}), mood)
        spare = self.house.get(situation) or house.house_lines(self.who.manner).get(situation, {})
        return (*own, *_by_nearness(spare, mood))

    def to_json(self) -> dict[str, Any]:
        """The whole persona as JSON values; ``from_json`` gives an equal one back. Without a second caller no key tells of one."""
        plain = self.model_dump(mode="json", exclude={"other"})
        return plain if self.other is None else {**plain, "other": self.other.to_json()}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The persona of a recording. Raises ``PersonaError`` if it is not one of ``to_json``."""
        try:
            return cls.model_validate(value)
        except ValidationError as error:
            raise PersonaError(
                Finding(file="(recording)", line=1, column=1, level="error", message=message)
                for _, message in plain_errors(error)
            ) from None

    def digest(self) -> str:
        """SHA-256, in hexadecimal, of the canonical JSON: keys sorted, no spaces, UTF-8."""
        text = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def plain_errors(error: ValidationError) -> list[tuple[tuple[str | int, ...], str]]:
    """(path, message of one line) for each fault that pydantic found."""
    return [
        (each["loc"], f"{printable('.'.join(map(str, each['loc'])))}: {printable(each['msg'])}.")
        for each in error.errors(include_url=False, include_input=False)
    ]


def _towards(old: float, change: float, low: float, high: float) -> float:
    """``old + change``, stopped at a bound but never pushed back over ``old`` by it."""
    stopped = max(low, min(high, round(old + change, 4)))
    return max(old, stopped) if change > 0 else min(old, stopped)


def _by_nearness(moods: Mapping[str, tuple[str, ...]], mood: str) -> tuple[tuple[str, ...], ...]:
    here = MOODS.index("annoyed" if mood == ANY else mood)
    near = sorted(MOODS, key=lambda name: (abs(MOODS.index(name) - here), MOODS.index(name)))
    order = dict.fromkeys((mood, ANY, *near))
    return tuple(moods[name] for name in order if moods.get(name))
