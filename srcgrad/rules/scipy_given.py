"""The entry of functions that are written out as formulas in `srcgrad.written`."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from srcgrad.analysis import shapes_scipy_written as of
from srcgrad.errors import UnsupportedError
from srcgrad.rules.language import general
from srcgrad.rules.stand_ins import Choice, refuse_options
from srcgrad.rules.zeros import zero
from srcgrad.runtime.words_scipy_given import found_once, found_parts, given_by


@general(given_by, kind=of.like_first_known)
def given_by_(again, function, args, options, *, g):
    again: g
    function: 0
    args: 0
    options: 0
    y_dot: again_dot


zero(found_once, kind=of.found_array)
zero(found_parts, kind=of.anything)


def plain(function, formula, positional, advice="leave it out", **harmless):
    """A choice of one formula, for calls whose other options have their harmless values."""
    name = f"{function.__module__.rpartition('._')[0] or function.__module__}.{function.__name__}"

    def choose(given):
        known = formula.__code__.co_varnames[: formula.__code__.co_argcount + formula.__code__.co_kwonlyargcount]
        for option in given:
            if option not in known:
                raise UnsupportedError(f"{name}() with '{option}='", advice)
        refuse_options(name, given, dict.fromkeys(harmless, advice), **harmless)
        return formula

    return Choice(positional, choose)
