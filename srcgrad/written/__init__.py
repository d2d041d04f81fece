"""Functions and classes of libraries, written out in Python so that they are differentiated like a user's."""

from __future__ import annotations

import linecache
import os
from collections.abc import Mapping
from typing import Any

from srcgrad.errors import UnsupportedError

HOME = os.path.dirname(os.path.abspath(__file__))
PRELUDE = os.path.join(os.path.dirname(HOME), "analysis", "prelude")


def is_written(filename: str) -> bool:
    """Whether a file's text stands in for a library's: errors in it are the user's call's."""
    return filename.startswith((HOME, PRELUDE, "<srcgrad: "))


class NotKept(UnsupportedError, AttributeError):
    """An attribute of a library's object that is not differentiated: for whoever only asks, there is none."""


def written(text: str, names: Mapping[str, Any]) -> Any:
    """The function that a text defines, among these global names."""
    function = text.partition("(")[0].removeprefix("def ")
    filename = f"<srcgrad: {function} of SciPy {len(linecache.cache)}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    namespace = dict(names)
    exec(compile(text, filename, "exec"), namespace)
    return namespace[function]
