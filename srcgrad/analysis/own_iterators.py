"""What goes through objects of the user's classes.

class Path:                                     for point in path: ...
    def __iter__(self):                             point of iter(self.points)
        return iter(self.points)

class Down:                                     for value in down: ...
    def __iter__(self): return self                 step by step, as `__next__` says
    def __next__(self): ...
"""

from __future__ import annotations

import inspect
import types
import weakref
from typing import Any

import gast

from srcgrad.analysis.lookups import stored
from srcgrad.analysis.prelude import iterated
from srcgrad.errors import UnsupportedError
from srcgrad.frontend import programs
from srcgrad.frontend.own_steps import own_steps
from srcgrad.frontend.read import read_function

# by `__next__`, and whether `__iter__` is asked first
_made: weakref.WeakKeyDictionary[Any, dict[bool, Any]] = weakref.WeakKeyDictionary()


def own_iterator(cls: type) -> Any:
    """The function that gives the iterator of an object of a user's class."""
    begin, step = stored(cls, "__iter__"), stored(cls, "__next__")
    if isinstance(begin, types.FunctionType) and step is None:
        return iterated
    if isinstance(begin, types.FunctionType) and isinstance(step, types.FunctionType) and gives_itself(begin):
        return steps_of(step, again=not does_nothing_else(begin))
    raise UnsupportedError(
        f"going through an object of {cls.__name__}, which makes its items one by one,",
        "give the class an __iter__ that returns iter() of a list",
    )


def next_of(cls: type) -> Any:
    """The function that gives the iterator which an object is itself; None where it is none."""
    step = stored(cls, "__next__")
    return steps_of(step, again=False) if isinstance(step, types.FunctionType) else None


def results(function: types.FunctionType) -> tuple[list[Any], Any]:
    """What a method's text returns, and the definition."""
    node = read_function(function)[0]
    return [n.value for n in gast.walk(node) if isinstance(n, gast.Return)], node


def gives_itself(begin: types.FunctionType) -> bool:
    """Whether an `__iter__` returns the object itself."""
    given, node = results(begin)
    return bool(given) and all(isinstance(r, gast.Name) and r.id == node.args.args[0].id for r in given)


def does_nothing_else(begin: types.FunctionType) -> bool:
    """Whether an `__iter__` is a `return` alone."""
    return all(isinstance(s, (gast.Return, gast.Expr)) for s in results(begin)[1].body)


def steps_of(step: types.FunctionType, again: bool) -> Any:
    """The function that makes an iterator of an object, which does what its `__next__` does."""
    known = _made.setdefault(step, {})
    if again not in known:
        known[again] = _steps_of(step, again)
    return known[again]


def _steps_of(step: types.FunctionType, again: bool) -> Any:
    node, source, first = read_function(step)
    if step.__code__.co_freevars or inspect.isgeneratorfunction(step) or node.decorator_list:
        what = "a __next__ that is decorated, or reads variables of a function or super()"
        raise UnsupportedError(what, "write out what it does", source.filename, first, source.line(first))
    made = own_steps(node, again)
    space: dict[str, Any] = {}
    exec(compile(gast.unparse(made), f"<{step.__qualname__}>", "exec"), step.__globals__, space)
    function = space[made.name]
    programs.provide(function, made, source)
    return function
