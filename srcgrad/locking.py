"""The lock under which functions are read, compiled and looked up for the first time.

One lock serves all of it: Python's own `ast` is not safe in several threads at once (it counts its recursion depth
for the interpreter), and there is nothing to gain, as reading and emitting are Python code throughout.  A process
forks only while nobody else compiles, so that the child finds the lock free and nothing half done.
"""

from __future__ import annotations

import os
import threading

compiling = threading.RLock()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=compiling.acquire, after_in_parent=compiling.release, after_in_child=compiling.release)
