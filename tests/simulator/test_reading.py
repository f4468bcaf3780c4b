"""What a reply means is what was read in it: a summary asks for nothing and offers nothing."""

import pytest

from simulator.reading import FactAsked, FoundLabel, Label, Matches, OfferMade, Reading, as_meant

MATCHED = Matches(
    asked=(FactAsked(fact="booked", score=0.99, quote="You booked in March"),),
    offers=(OfferMade(offer="voucher", score=0.98, quote="the room was given away"),),
    details=(("when", "in March"),),
)


def read(*labels: Label) -> Reading:
    return Reading(labels=tuple(FoundLabel(label=label, probability=0.9, quote="") for label in labels))


def test_what_is_only_said_back_neither_asks_nor_offers() -> None:
    meant = as_meant(read("paraphrase", "own_fault", "empathy"), MATCHED)
    assert (meant.asked, meant.offers) == ((), ())
    assert meant.details == MATCHED.details, "a day said back may fill an offer of another reply"


@pytest.mark.parametrize("asks", ["information_request", "open_question", "blame"])
def test_a_summary_that_asks_asks(asks: Label) -> None:
    meant = as_meant(read("paraphrase", asks), MATCHED)
    assert (meant.asked, meant.offers) == (MATCHED.asked, ())


@pytest.mark.parametrize("offers", ["solution", "options", "next_steps", "follow_up", "ownership"])
def test_a_summary_that_offers_offers(offers: Label) -> None:
    meant = as_meant(read("paraphrase", offers), MATCHED)
    assert (meant.asked, meant.offers) == ((), MATCHED.offers)


@pytest.mark.parametrize("labels", [(), ("empathy",), ("explanation", "own_fault")])
def test_any_other_reply_is_left_as_it_was_matched(labels: tuple[Label, ...]) -> None:
    assert as_meant(read(*labels), MATCHED) is MATCHED
