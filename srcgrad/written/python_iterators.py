"""Iterators that are driven step by step: what generator functions make, and what goes through several at once."""

from __future__ import annotations

from srcgrad.errors import UnsupportedError


class Steps:
    """An iterator made of functions.

    step     gives the next item, None where there is none
    ended    whether there was none
    """

    def __init__(self, step, ended):  # type: ignore[no-untyped-def]
        self.step = step
        self.ended = ended

    def __iter__(self):  # type: ignore[no-untyped-def]
        return self

    def __next__(self):  # type: ignore[no-untyped-def]
        # whoever asks is no code that is differentiated
        raise UnsupportedError(
            "an iterator of values that depend on the input, in the hands of a function that is not followed",
            "make a list of it where it is made",
        )

    def refused(self, *args):  # type: ignore[no-untyped-def]
        raise UnsupportedError("close(), send() and throw() of a generator", "end it by a return, give it arguments")

    close = send = throw = refused


def taken(steps):  # type: ignore[no-untyped-def]
    """All items of an iterator."""
    items = []
    while True:
        item = steps.step()
        if steps.ended():
            break
        items.append(item)
    return items
