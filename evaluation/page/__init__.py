"""The debrief as one self-contained HTML page: offline, readable without scripts, printable.

``to_page`` is the whole of it, a pure function; ``to_history_page`` shows many calls. Each module does one thing: ``places`` ties sentences to moments of the
call, ``clips`` says which sound is needed, ``plots`` holds the geometry, ``rules`` what each number means, ``frame``
is what all pages share, ``document`` and ``history_document`` put the templates together.
"""

from evaluation.page.clips import Clip, ClipSpan, clip_spans, spans_of
from evaluation.page.document import to_page
from evaluation.page.history_document import to_history_page

__all__ = ["Clip", "ClipSpan", "clip_spans", "spans_of", "to_history_page", "to_page"]
