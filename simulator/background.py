"""Work done beside other work: by a second thread, and by the first one too when it comes to need it.

It is worth it for work that holds Python's lock little, such as digests, the loading of networks and the coding of sound,
while Python is busy elsewhere.
"""

from collections import deque
from collections.abc import Callable, Iterable
from threading import Thread


class Background:
    """Tasks that are begun at once. Each is done by one thread only; none may need another."""

    def __init__(self, tasks: Iterable[Callable[[], object]]) -> None:
        self._tasks = deque(tasks)
        self._failed: BaseException | None = None
        # No daemon: a thread that is inside a library when the interpreter goes would take the process down with it.
        self._thread = Thread(target=self._work, name="background")
        self._thread.start()

    def finish(self) -> None:
        """Do what is left and wait for what is being done. Raises what a task raised; the tasks after it are not done."""
        self._work()
        self._thread.join()
        if self._failed is not None:
            raise self._failed

    def _work(self) -> None:
        while True:
            try:
                task = self._tasks.popleft()
            except IndexError:
                return
            try:
                task()
            except BaseException as error:  # whoever needs the work is told
                self._failed = self._failed or error
                self._tasks.clear()
