"""HTML as a tree, for tests that walk a page."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset("area base br col embed hr img input link meta source track wbr path rect line circle".split())


@dataclass
class Element:
    """One element; ``children`` holds elements and strings in order."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: list["Element | str"] = field(default_factory=list)

    def walk(self) -> Iterator["Element"]:
        """This element and everything inside, in order of the document."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def text(self) -> str:
        """All text inside, with single spaces; what only screen readers get is left in, drawings are left out."""
        return " ".join(" ".join(self._pieces()).split())

    def _pieces(self) -> Iterator[str]:
        if self.tag in ("svg", "script", "style"):
            return
        for child in self.children:
            if isinstance(child, Element):
                yield from child._pieces()
            else:
                yield child

    def own_text(self) -> str:
        """Text that stands in no child element."""
        return "".join(child for child in self.children if isinstance(child, str)).strip()

    def own_text_exactly(self) -> str:
        """The same with its spaces, as a digest needs it."""
        return "".join(child for child in self.children if isinstance(child, str))

    def up(self) -> Iterator["Element"]:
        """This element and those around it."""
        at: Element | None = self
        while at is not None:
            yield at
            at = at.parent

    def all(self, tag: str) -> list["Element"]:
        """Elements of that tag inside."""
        return [each for each in self.walk() if each.tag == tag]

    def classes(self) -> set[str]:
        """Its classes."""
        return set(self.attributes.get("class", "").split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.at = Element("#document", {})
        self.problems: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.children.append(made)
        if tag not in VOID:
            self.at = made

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.at.children.append(Element(tag, {name: value or "" for name, value in attrs}, self.at))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self.at.tag != tag or self.at.parent is None:
            self.problems.append(f"</{tag}> closes <{self.at.tag}>")
            return
        self.at = self.at.parent

    def handle_data(self, data: str) -> None:
        self.at.children.append(data)


def read(page: str) -> Element:
    """The page as a tree. Fails when a tag is closed that is not open."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.problems == []
    assert reader.at is reader.root, f"<{reader.at.tag}> is never closed"
    return reader.root
