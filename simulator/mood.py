"""Anger, heard, trust, patience: how one turn moves them, and the ledger that says why.

Theory of operation
-------------------
The model and its numbers are those of ``docs/mood.md`` (evidence E1 to E31 there). In short:

* A reply is several acts. Calming acts are worth a few points, raising ones about twice as many (E18).
* The order effect is a gate: while the caller does not feel heard, fixing things counts for little; once she does,
  sympathy wears thin and fixing counts in full (E1, E2, E3).
* Repeating a phrase halves it, then turns it against the trainee (E6).
* Inertia: a part of every fall sinks in only later, and a flare burns what was still sinking (E27).
* The floor: with nothing fixed she *cannot* be calm. Sympathy alone does not end the call (E11, E17).

Points are kept in thousandths, as integers. The parts of a change are computed as real numbers and then rounded so
that they add up to the whole change exactly: that is what lets the debrief say "this sentence, minus 3.7".
"""

from dataclasses import dataclass, field
from typing import Final, Literal

from personas.persona import MET, Persona
from simulator import wording
from simulator.acts import Act
from simulator.certainty import WELL_HEARD, certainty
from simulator.commands import LedgerEntry, MoodView
from simulator.ports import Word
from simulator.weights import CALMING, RAISING, Family

Band = Literal["calm", "annoyed", "angry", "furious"]


SURE_KIND: Final = (0.35, 0.85)
SURE_HARSH: Final = (0.50, 0.90)
SURE_HOSTILE: Final = (0.70, 0.97)
"""Confidence range over which a calming and a raising act begin to count. A wrong punishment costs the trainee's trust
in hotseat, so it needs more evidence, and contempt, which costs most and is read worst, the most."""
DOUBTED: Final = "not counted: not heard clearly"
"""Note of a raising act whose words she may have misheard."""
MAX_UP: Final = 25.0
MAX_DOWN: Final = 10.0
RESIDUE_MAX: Final = 25.0
UNRESOLVED_FLOOR: Final = 22.0
TESTED_AT_MOST: Final = 2
"""Times that she tests one offer; put to her again with nothing new it is turned down."""
BANDS: Final[tuple[tuple[Band, float], ...]] = (("calm", 30), ("annoyed", 55), ("angry", 80), ("furious", 101))
OVERHEARD: Final = 0.25
"""Share of an act that reaches the one to whom it was not said. House default."""
PASSED_BY: Final = "overheard"
"""Note of such an act in the ledger."""
BAND_SLACK: Final = 3.0
"""A band changes only when its edge is passed by this much, so that a caller does not flicker between two tones."""


def _clip(value: float, low: float = 0.0, high: float = 1.0) -> float:
    return min(high, max(low, value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A wait that the trainee asked for."""

    seconds: float
    asked: bool = True
    told: bool = False
    """Said how long or why."""
    promised_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """An offer of the persona that the reply made."""

    offer: str
    missing: tuple[str, ...] = ()
    """Slots that the offer needs and the reply did not fill."""
    quote: str = ""
    day: str = ""
    """The day promised with it, as it was said."""
    late: frozenset[str] = frozenset()
    """Demands for which that day is too late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Everything a turn of the trainee brings to the mood."""

    acts: tuple[Act, ...] = ()
    offers: tuple[Offered, ...] = ()
    text: str = ""
    words: tuple[Word, ...] = ()
    """The words of ``text`` and ``said_past`` with the recogniser's confidence; none of what was typed."""
    silence_s: float = 0.0
    """Dead air before the trainee spoke, beyond a hold."""
    silence_announced: bool = False
    hold: Hold | None = None
    overlap_s: float = 0.0
    """How long the trainee talked over the caller; 0 for a backchannel."""
    loud_z: float = 0.0
    """Loudness against the trainee's own first 20 s, in deviations; 0 when unknown."""
    rate_z: float = 0.0
    spoken: bool = True
    her_words: str = ""
    """All that she has been heard to say."""
    story_told: bool = False
    stings: tuple[tuple[float, str], ...] = ()
    """Questions that hurt although they are fair, as (points, words)."""
    refused_supervisor: bool = False
    closes: bool = False
    """He says goodbye or asks for anything else."""
    question_open: bool = False
    """Her last words asked for something."""
    overheard: tuple[Act, ...] = ()
    """What was done to the other one on the line, where there are two."""
    said_past: str = ""
    """What was said to that one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferVerdict:
    """What became of an offer."""

    offer: str
    verdict: Literal["accepted", "rejected", "tested", "late", "not_ready", "known"]
    missing: tuple[str, ...] = ()
    day: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The result of one turn."""

    before: MoodView
    after: MoodView
    ledger: tuple[LedgerEntry, ...]
    verdicts: tuple[OfferVerdict, ...]
    triggered: tuple[int, ...]
    """Indexes of the persona's triggers that this turn set off."""
    parroted: str = ""
    """Name of the act whose wording came for the third time or more, else empty."""
    parrot_count: int = 0
    hurt: frozenset[str] = frozenset()
    """Names of the raising acts and noises that counted."""
    eased: frozenset[str] = frozenset()
    """Names of the calming acts that counted."""


@dataclass(slots=True)
class _Past:
    name: str
    quote: str


@dataclass(slots=True)
class Mood:
    """The state of one caller. ``step`` is the only thing that changes it; reading it is free."""

    persona: Persona
    anger: int = 0
    """Thousandths of a point."""
    heard: float = 0.10
    trust: float = 0.0
    patience: float = 0.0
    residue: float = 0.0
    band: Band = "angry"
    met: dict[str, float] = field(default_factory=dict)
    known: list[str] = field(default_factory=list)
    """Demands on the table, hidden ones once revealed."""
    pending: float = 0.0
    relational_run: int = 0
    ceiling: float = 100.0
    """Anger never passes this: the intensity the trainee or trainer allows."""
    noted_offers: list[str] = field(default_factory=list)
    """Offers that came before the caller was ready."""
    tested: dict[str, int] = field(default_factory=dict)
    """How often each offer was nearly enough, or lacked something."""
    rejected: int = 0
    transfers: int = 0
    """How often she has been passed on."""
    steady_before: int = 0
    history: list[_Past] = field(default_factory=list)

    @classmethod
    def begin(cls, persona: Persona, ceiling: float = 100.0) -> "Mood":
        """The mood with which this caller dials."""
        temper = persona.temper
        mood = cls(
            persona=persona,
            anger=round(min(float(temper.start_anger), ceiling) * 1000),
            trust=float(temper.trusts_us),
            patience=float(temper.patience),
            residue=float(temper.old_grievance),
            known=[demand.id for demand in persona.demands if not demand.hidden],
            ceiling=ceiling,
        )
        mood.band = _band_of(mood.points)
        return mood

    @property
    def points(self) -> float:
        """Anger in points, 0 to 100."""
        return self.anger / 1000

    @property
    def progress(self) -> float:
        """How much of what she is known to want has been met, 0 to 1, by points."""
        demands = [demand for demand in self.persona.demands if demand.id in self.known]
        total = sum(demand.points for demand in demands)
        return sum(demand.points * self.met.get(demand.id, 0.0) for demand in demands) / total if total else 0.0

    @property
    def floor(self) -> float:
        """How calm she can be now."""
        return self.persona.temper.calms_to + UNRESOLVED_FLOOR * (1 - self.progress) + self.residue

    @property
    def bar(self) -> float:
        """How good an offer must be now, 0 to 100 and more."""
        angry, distrust, unheard = max(0.0, self.points - 40), max(0.0, 0.5 - self.trust), max(0.0, 0.4 - self.heard)
        return 55 + 0.35 * angry + 40 * distrust + 20 * unheard

    def view(self) -> MoodView:
        """A frozen copy for observers."""
        return MoodView(
            anger=self.anger,
            band=self.band,
            heard=round(self.heard, 4),
            trust=round(self.trust, 4),
            patience=round(self.patience, 3),
            residue=round(self.residue, 3),
            floor=round(self.floor, 3),
        )

    def reveal(self, demand: str) -> None:
        """A hidden demand is on the table from now on."""
        if demand not in self.known:
            self.known.append(demand)

    def step(self, turn: Turn) -> Change:
        """Take one turn of the trainee. Order: waiting and noise, then the words, then the offers, then the sum."""
        before, start = self.view(), self.points
        work = _Sums(self)
        work.waiting(turn)
        work.noise(turn)
        work.words(turn)
        verdicts = work.offers(turn)
        entries = work.combine(start)
        self.band = _next_band(self.band, self.points)
        return Change(
            before=before,
            after=self.view(),
            ledger=entries,
            verdicts=verdicts,
            triggered=tuple(work.triggered),
            parroted=work.parroted,
            parrot_count=work.parrot_count,
            hurt=frozenset(entry.cause for entry in entries if entry.points > 0 and entry.note != PASSED_BY),
            eased=frozenset(entry.cause for entry in entries if entry.points < 0 and entry.note != PASSED_BY),
        )

    def shift(self, cause: str, points: float, quote: str = "") -> Change:
        """One plain change outside a turn, such as a question that stings; kept within the same bounds."""
        before = self.view()
        target = round(_clip(self.points + points, 0.0, self.ceiling) * 1000)
        entry = LedgerEntry(cause=cause, points=target - self.anger, quote=quote)
        self.anger = target
        self.band = _next_band(self.band, self.points)
        return Change(before=before, after=self.view(), ledger=(entry,), verdicts=(), triggered=())


def _band_of(points: float) -> Band:
    return next(name for name, edge in BANDS if points < edge)


def _next_band(band: Band, points: float) -> Band:
    fresh = _band_of(points)
    if fresh == band:
        return band
    names = [name for name, _ in BANDS]
    if names.index(fresh) > names.index(band):  # rising: the lower edge of the new band must be passed by the slack
        edge = BANDS[names.index(fresh) - 1][1]
        return fresh if points >= edge + BAND_SLACK else _band_of(edge - 0.001)
    edge = BANDS[names.index(fresh)][1]
    return fresh if points <= edge - BAND_SLACK else _band_of(edge)


@dataclass(slots=True)
class _Part:
    cause: str
    points: float
    quote: str = ""
    note: str = ""


@dataclass(slots=True)
class _Sums:
    """The working of one step. Rises and falls are collected raw; ``combine`` scales them and closes the ledger."""

    mood: Mood
    ups: list[_Part] = field(default_factory=list)
    downs: list[_Part] = field(default_factory=list)
    unsure: list[_Part] = field(default_factory=list)
    triggered: list[int] = field(default_factory=list)
    parroted: str = ""
    parrot_count: int = 0
    acknowledged: float = 0.0
    """What ``own_fault`` gave: owning the fault takes old grievance away."""
    accepted: int = 0
    repeats: int = 0
    heard_before: float = 0.0
    """How heard she felt after the noise and before the words: listening must have happened *before* the offer."""

    def waiting(self, turn: Turn) -> None:
        """Dead air and holds, which happened before the words."""
        mood = self.mood
        if turn.silence_s > 6:
            points = 0.6 * (min(turn.silence_s, 12) - 6) + max(0.0, turn.silence_s - 12)
            self.ups.append(_Part("dead_air", points * (0.3 if turn.silence_announced else 1)))
            mood.heard *= 0.97
        if turn.hold is not None:
            held = turn.hold.seconds
            points = 0.05 * min(held, 30) + 0.12 * _clip(held - 30, 0, 90) + 0.20 * max(0.0, held - 120)
            points = points if turn.hold.asked else points + 3
            points *= 0.52 if turn.hold.told else 1.0  # 36 of 69 hang up when told their place (E19)
            if turn.hold.promised_s is not None and held > turn.hold.promised_s * 1.25 + 5:
                points += 4
                mood.trust = max(0.0, mood.trust - 0.05)
            self.ups.append(_Part("hold", points))
            mood.patience -= held / 12

    def noise(self, turn: Turn) -> None:
        """Talking over her, a raised voice, a steady one."""
        mood, start = self.mood, self.mood.points
        talked_over = turn.overlap_s >= 0.8
        if talked_over:
            self.ups.append(_Part("talk_over", min(12.0, 4 + 1.5 * turn.overlap_s)))
            mood.heard = max(0.0, mood.heard - 0.08)
        if turn.loud_z > 1:
            points = min(12.0, 6 * (turn.loud_z - 1) + 2) * (1.25 if start >= 55 else 1.0)  # contagion, E15
            self.ups.append(_Part("raised_voice", points))
        harsh = any(_weights(act) in RAISING and act.well_heard for act in turn.acts)
        steady = abs(turn.loud_z) <= 0.5 and turn.rate_z <= 1.0  # one's own band, which is no norm (debrief.md)
        if turn.spoken and turn.text and steady and start >= 55 and not talked_over and not harsh:
            self.downs.append(_Part("steady_voice", 1.5 / (1 + 0.3 * mood.steady_before)))
            mood.steady_before += 1

    def words(self, turn: Turn) -> None:
        """The acts, in order."""
        mood = self.mood
        heard_before, start = mood.heard, mood.points
        self.heard_before = heard_before
        unheard, need = _clip((0.5 - heard_before) / 0.5), _clip((start - 40) / 40)
        families: set[Family] = set()
        self.ups.extend(_Part("stings", points, quote) for points, quote in turn.stings)
        if turn.refused_supervisor:
            self.ups.append(_Part("supervisor_refused", 8.0, turn.text))
        back = any(act.name in ("paraphrase", "summary_check") for act in turn.acts)
        for index, trigger in enumerate(mood.persona.triggers):
            said = [
                phrase
                for phrase in trigger.when_said
                if wording.has_phrase(turn.text, phrase) or wording.has_phrase(turn.said_past, phrase)
            ]
            if back:  # her own words, said back to her, are no provocation
                said = [phrase for phrase in said if not wording.has_phrase(turn.her_words, phrase)]
            if any(certainty(phrase, turn.words) >= WELL_HEARD for phrase in said):
                self.ups.append(_Part("trigger", float(trigger.add), quote=turn.text, note="said"))
                self.triggered.append(index)
        for act in turn.acts:
            if act.name in CALMING:
                self._calm(act, unheard=unheard, need=need, heard_before=heard_before, told=turn.story_told)
                families.add(CALMING[act.name].family)
            elif _weights(act) in RAISING:
                self._raise(act)
        for act in turn.overheard:
            self._overhear(act)
        if "P" in families or turn.offers:
            mood.relational_run = 0
        elif "R" in families:
            mood.relational_run += 1
        listened = any(act.name in CALMING and CALMING[act.name].family == "R" for act in turn.acts) or any(
            act.name in ("paraphrase", "summary_check", "open_question") for act in turn.acts
        )
        if "P" in families and heard_before < 0.25 and start >= 55 and not listened:
            complete = any(not offer.missing for offer in turn.offers)
            self.ups.append(_Part("skipped_me", 1.5 if complete else 3.0))

    def _calm(self, act: Act, *, unheard: float, need: float, heard_before: float, told: bool) -> None:
        mood, weight = self.mood, CALMING[act.name]
        sure = _clip((act.confidence - SURE_KIND[0]) / (SURE_KIND[1] - SURE_KIND[0]))
        if sure == 0:
            self.unsure.append(_Part(act.name, 0.0, act.quote, "not counted: too unsure"))
            return
        quality = weight.stock + (1 - weight.stock) * act.spec
        same = sum(1 for past in mood.history if past.name == act.name and wording.same_wording(past.quote, act.quote))
        family = sum(1 for past in mood.history[-4:] if past.name == act.name)
        note = ""
        if weight.anger < 2 or not act.quote:
            worth = 1.0
        elif same >= 2:
            worth = max(-0.75, -0.30 - 0.15 * (same - 2))
        else:
            worth = 0.40**same * 0.80**family
        if same and act.quote and weight.anger >= 2:
            note = "parroting"
            if same >= 2:
                self.parroted, self.parrot_count = act.name, same + 1
        order = 1.0
        if weight.family == "P" and act.name != "supervisor":
            order = 1 - mood.persona.temper.wants_to_be_heard_first * need * unheard
        elif weight.family == "R":
            if mood.relational_run >= 2 and heard_before >= 0.35:
                order = max(0.15, 1 - 0.30 * (mood.relational_run - 1))
            if act.name == "apology" and not told:
                order *= 0.5  # she has not told it yet: sorry for what? (E8)
        own = _multiplier(mood.persona, act.name, calming=True)
        points = weight.anger * sure * quality * worth * order * own
        if points < 0:
            self.ups.append(_Part(act.name, -points, act.quote, note))
            mood.heard = max(0.0, mood.heard - 0.03)
        else:
            self.downs.append(_Part(act.name, points, act.quote, note))
            if act.name == "own_fault":
                self.acknowledged += points
        gain = sure * quality * max(worth, 0.0) * (order if weight.family == "R" else 1.0)
        mood.heard += weight.heard * gain * (1 - mood.heard)
        mood.trust += weight.trust * gain * (1 - mood.trust)
        if act.quote:
            mood.history.append(_Past(act.name, act.quote))

    def _overhear(self, act: Act) -> None:
        """What is done to the other one reaches her a little. It is nothing said to her: no repetition, no order."""
        mood, calming = self.mood, CALMING.get(act.name)
        low, high = SURE_KIND if calming else SURE_HOSTILE if act.name == "hostile" else SURE_HARSH
        sure = OVERHEARD * _clip((act.confidence - low) / (high - low))
        if calming is not None:
            worth = sure * (calming.stock + (1 - calming.stock) * act.spec)
            self.downs.append(_Part(act.name, calming.anger * worth, act.quote, PASSED_BY))
            mood.heard += calming.heard * worth * (1 - mood.heard)
            mood.trust += calming.trust * worth * (1 - mood.trust)
        elif not act.well_heard:  # no more than what is said to her
            self.unsure.append(_Part(act.name, 0.0, act.quote, DOUBTED))
        else:
            raising = RAISING[_weights(act)]
            self.ups.append(_Part(act.name, raising.anger * sure, act.quote, PASSED_BY))
            mood.trust = max(0.0, mood.trust - raising.trust * sure)

    def _raise(self, act: Act) -> None:
        mood, weight = self.mood, RAISING[_weights(act)]
        low, high = SURE_HOSTILE if act.name == "hostile" else SURE_HARSH
        sure = _clip((act.confidence - low) / (high - low))
        if sure == 0:
            self.unsure.append(_Part(act.name, 0.0, act.quote, "not counted: too unsure"))
            return
        if not act.well_heard:  # what she may have misheard she does not take amiss
            self.unsure.append(_Part(act.name, 0.0, act.quote, DOUBTED))
            return
        own = _multiplier(mood.persona, act.name, calming=False)
        if act.name == "transfer":  # what she has told so far is lost, and being passed on again is worse
            own *= 2.0 if mood.transfers else 1.0
            mood.transfers += 1
            mood.heard *= 1 - (0.7 if act.variant == "cold" else 0.2) * sure
        self.ups.append(_Part(act.name, weight.anger * sure * own, act.quote, act.variant))
        mood.heard = max(0.0, mood.heard - weight.heard * sure)
        mood.trust = max(0.0, mood.trust - weight.trust * sure)
        if act.name == "repeat_question":
            self.repeats += 1
        for index, trigger in enumerate(mood.persona.triggers):
            if trigger.when == act.name and sure > 0.3:
                self.triggered.append(index)

    def offers(self, turn: Turn) -> tuple[OfferVerdict, ...]:
        """What is on the table is judged against a bar that moves with her anger, her distrust and how heard she feels."""
        mood = self.mood
        verdicts: list[OfferVerdict] = []
        for offered in turn.offers:
            offer = next(item for item in mood.persona.offers if item.id == offered.offer)
            verdict = self._judge(offered, dict(offer.gives))
            verdicts.append(
                OfferVerdict(offer=offered.offer, verdict=verdict, missing=offered.missing, day=offered.day)
            )
        return tuple(verdicts)

    def _judge(
        self, offered: Offered, gives: dict[str, int]
    ) -> Literal["accepted", "rejected", "tested", "late", "not_ready", "known"]:
        mood, bar = self.mood, self.mood.bar
        points = {demand.id: demand.points for demand in mood.persona.demands}
        news = {name: level / 100 for name, level in gives.items() if level / 100 > mood.met.get(name, 0.0)}
        late = offered.late & {name for name in news if name in mood.known}
        news = {name: level for name, level in news.items() if name not in offered.late}
        if late:
            self.ups.append(_Part("offer", 2.0, offered.quote, f"{offered.offer}: too late"))
            return "late"
        if not news:
            return "known"  # or too late for what she has not told yet: nothing she could say to it
        best = max(news.values())
        note = offered.offer
        if mood.points >= 80 or (self.heard_before < 0.30 and mood.points >= 55):
            mood.noted_offers.append(offered.offer)
            if best < MET:
                return self._turned_down(offered, best)
            if not offered.missing:
                self.downs.append(_Part("offer", 2.0, offered.quote, f"{note}: noted, too early"))
            return "not_ready"
        again = mood.tested.get(offered.offer, 0) >= TESTED_AT_MOST
        if offered.missing and not again:
            self.downs.append(_Part("offer", 2.0, offered.quote, f"{note}: something is missing"))
            mood.tested[offered.offer] = mood.tested.get(offered.offer, 0) + 1
            return "tested"
        verdict: Literal["accepted", "rejected", "tested"] = "rejected"
        for name, level in sorted(news.items()):
            if 100 * level >= bar and not offered.missing:
                self.downs.append(_Part("offer", 10 * points[name] / 40, offered.quote, f"{note}: accepted"))
                mood.met[name] = level
                mood.residue = max(0.0, mood.residue - 2)
                self.accepted += 1
                verdict = "accepted"
            elif 100 * level >= bar - 15 and verdict != "accepted" and not again:
                self.downs.append(_Part("offer", 2.0, offered.quote, f"{note}: nearly enough"))
                verdict = "tested"
        if verdict == "tested":
            mood.tested[offered.offer] = mood.tested.get(offered.offer, 0) + 1
        return self._turned_down(offered, best) if verdict == "rejected" else verdict

    def _turned_down(self, offered: Offered, best: float) -> Literal["rejected"]:
        """Too little is too little whatever her mood; next to nothing is an insult (E7)."""
        self.mood.rejected += 1
        points = 7.0 if best < 0.25 else 3.0
        self.ups.append(_Part("offer", points, offered.quote, f"{offered.offer}: not enough"))
        return "rejected"

    def combine(self, start: float) -> tuple[LedgerEntry, ...]:
        """Asymmetry, saturation, inertia; then the ledger, rounded so that it adds up."""
        mood, temper = self.mood, self.mood.persona.temper
        raw_up, raw_down = sum(part.points for part in self.ups), sum(part.points for part in self.downs)
        share = start / 100
        up = min(MAX_UP, temper.flares * raw_up * (1 - share * share * share * share * share * share))
        down = temper.forgives * raw_down * _clip((start - mood.floor) / 30) * (1 - 0.35 * _clip((start - 70) / 30))
        down = min(MAX_DOWN, down * (1 - min(0.6, up / 15)))  # blame and sorry in one breath: the sorry is lost
        if up >= 4:
            mood.pending = 0.0
        sinking = mood.pending * (1 - temper.stays_angry)
        now = down * (1 - temper.stays_angry)
        mood.pending = (mood.pending + down) * temper.stays_angry
        cool = 0.02 * max(0.0, start - mood.floor) if up == 0 and mood.heard >= 0.40 else 0.0
        mood.residue = _clip(mood.residue + 0.12 * up - (1.5 if self.acknowledged > 1.5 else 0.0), 0.0, RESIDUE_MAX)
        wanted = start + up - now - sinking - cool
        lowest = min(start, mood.floor)
        end = _clip(wanted, lowest, mood.ceiling)
        mood.patience = min(
            float(temper.patience), mood.patience - 2 - 4 * self.repeats - 0.35 * up + 3 * self.accepted
        )
        parts = [_Part(p.cause, p.points * up / raw_up, p.quote, p.note) for p in self.ups if raw_up]
        parts += [_Part(p.cause, -p.points * now / raw_down, p.quote, p.note) for p in self.downs if raw_down]
        parts += [
            _Part("sinking", -sinking, note="calm from earlier turns"),
            _Part("cooling", -cool, note="time, once she feels heard"),
            _Part("limit", end - wanted, note="her floor" if end > wanted else "her ceiling"),
        ]
        before, mood.anger = mood.anger, round(end * 1000)
        mood.heard, mood.trust = round(_clip(mood.heard), 6), round(_clip(mood.trust), 6)
        mood.pending, mood.residue, mood.patience = (
            round(mood.pending, 6), round(mood.residue, 6), round(mood.patience, 6),
        )  # fmt: skip
        return _close_ledger([*parts, *self.unsure], mood.anger - before)


def _weights(act: Act) -> str:
    return f"{act.name}:{act.variant}" if f"{act.name}:{act.variant}" in RAISING else act.name


def _multiplier(persona: Persona, act: str, *, calming: bool) -> float:
    """What this caller makes of an act beyond what most people do."""
    factor = 1.0
    for trigger in persona.triggers:
        if trigger.when == act:
            factor *= float(trigger.times_calm if calming else trigger.times)
    for soothing in persona.calming:
        if soothing.when == act and calming:
            factor *= float(soothing.times)
    return factor


def _close_ledger(parts: list[_Part], change: int) -> tuple[LedgerEntry, ...]:
    """Parts in thousandths whose sum is ``change`` exactly: the largest rounding errors take up the rest."""
    kept = [part for part in parts if part.points != 0.0 or part.note.startswith("not counted")]
    whole = [round(part.points * 1000) for part in kept]
    rest = change - sum(whole)
    # An act that does not count has no error: it comes last, and the rest never reaches that far.
    order = sorted(range(len(kept)), key=lambda index: -abs(kept[index].points * 1000 - whole[index]))
    for step in range(abs(rest)):
        whole[order[step % len(order)]] += 1 if rest > 0 else -1
    entries = [
        LedgerEntry(cause=part.cause, points=points, quote=part.quote, note=part.note)
        for part, points in zip(kept, whole, strict=True)
        if points != 0 or part.note
    ]
    return tuple(entries)
