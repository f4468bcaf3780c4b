"""Two callers in one file: the ``other:`` section is read as a persona of its own, then both are looked at together."""

from typing import Final

from personas.draft import Draft
from personas.source import Mapping, Node

OTHER: Final = "other"
_TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr"})


def split(tree: Node) -> tuple[Node, Node | None]:
    """The tree without its ``other:`` section, and that section; None when there is none, or it is written twice."""
    if not isinstance(tree, Mapping):
        return tree, None
    found = [value for key, value in tree.entries if key.text == OTHER]
    if len(found) != 1:
        return tree, None  # a repeated key is told of with the rest
    kept = tuple((key, value) for key, value in tree.entries if key.text != OTHER)
    return Mapping(entries=kept, line=tree.line, column=tree.column), found[0]


def apply_rules_of_two(first: Draft, second: Draft) -> None:
    """What must hold between two callers; findings go to the second one's draft. Silent about what could not be read."""
    if "who" in first.values and "who" in second.values and not (first.broken | second.broken) & {"who"}:
        _can_be_called(first, second)
    taken = {
        entry["id"]: first.where[section, index, "id"][0]
        for section in ("facts", "hidden_needs")
        for index, entry in enumerate(first.values.get(section, ()))
        if "id" in entry
    }
    for section in ("facts", "hidden_needs"):
        for index, entry in enumerate(second.values.get(section, ())):
            if entry.get("id") in taken:
                what = f"the id '{entry['id']}' is already used on line {taken[entry['id']]}, for the first caller."
                second.note((section, index, "id"), "error", what, "Two people need two names for what they know.")
    offers = {entry.get("id") for entry in first.values.get("offers", ())}
    shared = [entry for entry in second.values.get("offers", ()) if entry.get("id") in offers]
    if not shared and not (first.broken | second.broken) & {"offers"}:
        what = "no offer has the same id for both, so nothing that is offered concerns the two of them."
        second.note(("offers",), "warning", what, "Give an offer that both hear the same id in both lists.")


def _can_be_called(first: Draft, second: Draft) -> None:
    one, two = (
        {word.strip(".").lower() for word in draft.values["who"].get("name", "").split()} - _TITLES
        for draft in (first, second)
    )
    if not one - two or not two - one:
        what = "the two callers cannot be told apart by their names."
        second.note(
            ("who", "name"), "error", what, "Each needs a first name or a surname that the other does not have."
        )
