"""The debrief as one self-contained HTML page: offline, readable without scripts, printable.

``to_page`` is the whole of it, a pure function. Each module does one thing: ``places`` ties sentences to moments of the
call, ``clips`` says which sound is needed, ``plots`` holds the geometry, ``rules`` what each number means, ``document``
puts the template together.
"""

from evaluation.page.clips import Clip, ClipSpan, clip_spans
from evaluation.page.document import to_page

__all__ = ["Clip", "ClipSpan", "clip_spans", "to_page"]
