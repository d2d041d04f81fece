"""The lock under which functions are read, compiled and looked up for the first time.

One lock serves all of it: Python's own `ast` is not safe in several threads at once (it counts its recursion depth
for the interpreter), and there is nothing to gain, as reading and emitting are Python code throughout.  A process
forks only while nobody else compiles, so that the child finds the lock free and nothing half done.
"""

from __future__ import annotations

import contextlib
import gc
import os
import threading
from collections.abc import Iterator

compiling = threading.RLock()


@contextlib.contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the cyclic garbage collector from running while text is emitted.

    Emission makes many small objects that all live until it is done; the collector would go through them again and
    again (a quarter of the time for a function of 200 statements), and through the user's own objects with them.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=compiling.acquire, after_in_parent=compiling.release, after_in_child=compiling.release)
