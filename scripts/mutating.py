"""Small changes of a Python file, one at a time: what ``scripts/mutants`` runs the tests against.

A change is an edit of the text at the place that the syntax tree names, so that a mutant is the file with one line changed:
boundaries, operators, conditions, numbers by a step or a tenth, words, arguments left out, statements left out.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

OPPOSITE = {
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.Is: ("is", "is not"), ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"), ast.NotIn: ("not in", "in"), ast.And: ("and", "or"), ast.Or: ("or", "and"),
    ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "/"), ast.Div: ("/", "*"), ast.FloorDiv: ("//", "/"),
    ast.Mod: ("%", "*"), ast.Pow: ("**", "*"), ast.BitAnd: ("&", "|"), ast.BitOr: ("|", "&"),
}  # fmt: skip
SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any"}
UNWRAPPED = ("abs", "round", "sorted", "sum", "min", "max")
TYPES = ("Literal", "Final", "ClassVar", "Annotated")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A file with one change."""

    source: bytes
    line: int
    where: str
    """The class and function that hold the change."""
    was: str
    now: str
    """The changed lines, joined."""


class Mutator(ast.NodeVisitor):
    """Collects edits (start, end, text) of the source, in bytes; what is only for the type checker is left alone."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.edits: list[tuple[int, int, str, str]] = []
        self._starts = [0, *(match.end() for match in re.finditer(rb"\n", source))]
        self._where: list[str] = []
        self._bound: set[str] = set()
        tree = ast.parse(source)
        self._siblings: dict[str, list[str]] = {}
        for node in ast.walk(tree):  # _S.HOLD may become _S.RESUME: members of an enumeration stand for each other
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr.isupper():
                found = self._siblings.setdefault(node.value.id, [])
                found += [node.attr] if node.attr not in found else []
        self.visit(tree)

    def mutants(self) -> Iterator[Mutant]:
        """Every change that can be compiled and says something else, from top to bottom."""
        seen = {ast.dump(ast.parse(self.source))}
        for start, end, text, where in sorted(self.edits):
            changed = self.source[:start] + text.encode() + self.source[end:]
            try:
                dump = ast.dump(ast.parse(changed))
            except SyntaxError:
                continue
            if dump in seen:
                continue
            seen.add(dump)
            line = self.source.count(b"\n", 0, start)
            was, now = self.source.split(b"\n"), changed.split(b"\n")
            after = len(was) - 1 - self.source.count(b"\n", 0, end)
            yield Mutant(
                source=changed,
                line=line + 1,
                where=where,
                was=_joined(was[line : len(was) - after]),
                now=_joined(now[line : len(now) - after]),
            )

    def _at(self, line: int | None, column: int | None) -> int:
        assert line is not None and column is not None
        return self._starts[line - 1] + column

    def _span(self, node: ast.expr | ast.stmt | ast.keyword) -> tuple[int, int]:
        return self._at(node.lineno, node.col_offset), self._at(node.end_lineno, node.end_col_offset)

    def _edit(self, start: int, end: int, text: str) -> None:
        self.edits.append((start, end, text, ".".join(self._where)))

    def _replace(self, node: ast.expr | ast.stmt, *texts: str) -> None:
        for text in texts:
            self._edit(*self._span(node), text)

    def _operator(self, left: ast.expr, right: ast.expr, operator: ast.AST) -> None:
        """The operator stands between its operands, perhaps among brackets."""
        if type(operator) not in OPPOSITE:
            return
        start, end = self._span(left)[1], self._span(right)[0]
        old, new = OPPOSITE[type(operator)]
        gap = self.source[start:end].decode()
        self._edit(start, end, gap.replace(old, new, 1))

    def _text(self, node: ast.expr) -> str:
        start, end = self._span(node)
        return self.source[start:end].decode()

    def generic_visit(self, node: ast.AST) -> None:
        """Every field but types."""
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "type_comment"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    self.visit(child)

    def _scope(self, node: ast.FunctionDef | ast.ClassDef) -> None:
        outer, self._bound = self._bound, set()
        self._where.append(node.name)
        self.generic_visit(node)
        self._where.pop()
        self._bound = outer

    visit_FunctionDef = visit_ClassDef = _scope

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant):
            return  # a docstring
        self._replace(node, "pass")
        self.generic_visit(node)

    def _statement(self, node: ast.stmt) -> None:
        self._replace(node, "pass")
        self.generic_visit(node)

    visit_Continue = visit_Break = visit_Raise = _statement

    def visit_Assign(self, node: ast.Assign) -> None:
        names = {name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)}
        state = any(
            isinstance(part, ast.Attribute | ast.Subscript) for target in node.targets for part in ast.walk(target)
        )
        if state or names & self._bound:  # without its first value a name is an error that anything would notice
            self._replace(node, "pass")
        self._bound |= names
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._replace(node, "pass")
        start, end = self._span(node.target)[1], self._span(node.value)[0]
        if type(node.op) in OPPOSITE:
            old, new = OPPOSITE[type(node.op)]
            for text in (f"{new}=", "="):
                self._edit(start, end, self.source[start:end].decode().replace(f"{old}=", text, 1))
        self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None:
            self._replace(node.value, "None")
        self._replace(node, "pass")
        self.generic_visit(node)

    def _condition(self, node: ast.If | ast.IfExp | ast.While) -> None:
        self._replace(node.test, "True", "False")
        self.generic_visit(node)

    visit_If = visit_IfExp = visit_While = _condition

    def visit_comprehension(self, node: ast.comprehension) -> None:
        for test in node.ifs:
            self._replace(test, "True", "False")
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        operands = [node.left, *node.comparators]
        for left, right, operator in zip(operands, operands[1:], node.ops, strict=False):
            self._operator(left, right, operator)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        for left, right in zip(node.values, node.values[1:], strict=False):
            self._operator(left, right, node.op)
        for value in node.values:
            self._replace(value, "True" if isinstance(node.op, ast.And) else "False")
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        self._operator(node.left, node.right, node.op)
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        start = self._span(node)[0]
        self._edit(start, start + (3 if isinstance(node.op, ast.Not) else 1), "")
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id in SWAPPED:
            self._replace(node.func, SWAPPED[node.func.id])
        if isinstance(node.func, ast.Name) and node.func.id in UNWRAPPED:
            for argument in node.args:
                self._replace(node, f"({self._text(argument)})")
        for keyword in node.keywords:  # without it; a truth is turned round instead
            if isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, bool):
                continue
            start, end = self._span(keyword)
            rest = re.match(rb"\s*,", self.source[end:])
            self._edit(start, end + (rest.end() if rest else 0), "")
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.value, ast.Name) and node.attr.isupper():
            names = self._siblings[node.value.id]
            if len(names) > 1:
                following = names[(names.index(node.attr) + 1) % len(names)]
                self._replace(node, f"{node.value.id}.{following}")
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if not (isinstance(node.value, ast.Name) and node.value.id in TYPES):
            self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            start = self._span(key)[0] if key else self.source.rindex(b"**", 0, self._span(value)[0])
            end = self._span(value)[1]
            rest = re.match(rb"\s*,", self.source[end:])
            self._edit(start, end + (rest.end() if rest else 0), "")
        self.generic_visit(node)

    def visit_Tuple(self, node: ast.Tuple) -> None:
        if isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
            for element in node.elts:
                rest = re.match(rb"\s*,", self.source[self._span(element)[1] :])
                self._edit(self._span(element)[0], self._span(element)[1] + (rest.end() if rest else 0), "")
        self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._replace(node, '"XX"')

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, bool):
            self._replace(node, str(not value))
        elif isinstance(value, int):
            self._replace(node, str(value + 1), f"({value - 1})" if value < 1 else str(value - 1))
        elif isinstance(value, float):  # a tenth more and less: a number of the design has a test that knows it
            self._replace(node, repr(round(value * 1.1 or 0.1, 6)), repr(round(value * 0.9 or -0.1, 6)))
        elif isinstance(value, str):
            self._replace(node, repr(f"{value}XX"), *(['""'] if value else []))


def _joined(lines: list[bytes]) -> str:
    return " ".join(line.decode().strip() for line in lines)
