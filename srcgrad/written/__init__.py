"""Functions and classes of libraries, written out in Python so that they are differentiated like a user's."""

from __future__ import annotations

import os

from srcgrad.errors import UnsupportedError

HOME = os.path.dirname(os.path.abspath(__file__))
PRELUDE = os.path.join(os.path.dirname(HOME), "analysis", "prelude")


def is_written(filename: str) -> bool:
    """Whether a file's text stands in for a library's: errors in it are the user's call's."""
    return filename.startswith((HOME, PRELUDE, "<srcgrad: "))


class NotKept(UnsupportedError, AttributeError):
    """An attribute of a library's object that is not differentiated: for whoever only asks, there is none."""
