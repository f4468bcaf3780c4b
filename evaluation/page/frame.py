"""What every page shares: the template engine, the style inside the page, the policy that names it by its hash.

Everything people or models said is escaped and freed of control characters on its way out.
"""

import tempfile
from base64 import b64encode
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from evaluation import advice
from evaluation.advice import clock, shorten

if TYPE_CHECKING:
    from jinja2 import BytecodeCache, Environment
    from jinja2.bccache import Bucket

_HERE: Final = Path(__file__).parent
_MOST_KEPT: Final = 12
"""Compiled templates that are kept; those written first go."""


def policy(style: str, script: str = "") -> str:
    """Nothing loads, nothing runs and nothing is sent, but for this style, this script and the sound in the page."""
    return "; ".join(
        (
            "default-src 'none'", f"style-src '{_digest(style)}'",
            f"script-src '{_digest(script)}'" if script else "script-src 'none'",
            "media-src data:", "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'",
        )
    )  # fmt: skip


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode('ascii')}"


@cache
def asset(name: str) -> str:
    """A file of ours that stands inside a page as it is."""
    from markupsafe import Markup

    text = (_HERE / name).read_text(encoding="utf-8")
    assert "</" not in text  # nothing in it may close the element that holds it
    return Markup(text)  # a file of ours


@cache
def environment(kept: Path | None = None) -> "Environment":
    """The templates beside this file, with the filters they use; compiled ones are kept in the folder ``kept``, if given."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=_printable, auto_reload=False,
        bytecode_cache=None if kept is None else _kept_templates(kept),
    )  # fmt: skip
    made.filters.update(
        clock=clock, points=_points, thousandths=_thousandths, words=_words, shorten=shorten, s=_seconds
    )
    return made


def _kept_templates(folder: Path) -> "BytecodeCache":
    """Compiled templates in ``folder``: compiling them takes a tenth of a second, reading them none.

    Jinja compares the digest of the source and the version of Python. The name adds what else goes into the code: the
    settings above and the filters, which are applied to constants when a template is compiled. A file that cannot be read
    or written costs nothing but time.
    """
    import jinja2

    code = b"".join(Path(file).read_bytes() for file in (__file__, advice.__file__))
    made_with = sha256(jinja2.__version__.encode() + code).hexdigest()

    class Kept(jinja2.BytecodeCache):
        def load_bytecode(self, bucket: "Bucket") -> None:
            with suppress(Exception), self._file(bucket).open("rb") as file:  # pickle raises whatever damage makes it
                bucket.load_bytecode(file)

        def dump_bytecode(self, bucket: "Bucket") -> None:
            with suppress(OSError):
                folder.mkdir(parents=True, exist_ok=True)
                with tempfile.NamedTemporaryFile(dir=folder, suffix=".tmp", delete=False) as draft:
                    bucket.write_bytecode(draft)
                Path(draft.name).replace(self._file(bucket))
                for old in sorted(folder.glob("*.jinja"), key=lambda each: each.stat().st_mtime)[:-_MOST_KEPT]:
                    old.unlink(missing_ok=True)

        def _file(self, bucket: "Bucket") -> Path:
            return folder / f"{sha256(f'{bucket.key} {made_with}'.encode()).hexdigest()[:40]}.jinja"

    return Kept()


def _printable(value: Any) -> Any:
    """Everything people or models said without control, line-breaking or bidirectional characters."""
    if type(value) is str and not value.isprintable():
        return "".join(char if char.isprintable() else " " for char in value)
    return value


def _points(thousandths: int) -> str:
    """A change of anger with a true minus, to a tenth of a point."""
    return f"{thousandths / 1000:+.1f}".replace("-", "\u2212")


def _thousandths(value: int) -> str:
    """The same to the thousandth, so that what is shown adds up."""
    return f"{value / 1000:+.3f}".replace("-", "\u2212")


def _words(name: str) -> str:
    """An id in words."""
    return name.replace("_", " ")


def _seconds(t_ms: int) -> str:
    """Call time for programs."""
    return f"{t_ms / 1000:.3f}"
