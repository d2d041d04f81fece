"""The Python function behind what is differentiated: a method, a partial, an object that is called, one of NumPy's."""

from __future__ import annotations

import functools
import inspect
import types
from typing import Any

from srcgrad import arguments
from srcgrad.analysis.calls import name_of
from srcgrad.analysis.entry import is_user_class
from srcgrad.around import around
from srcgrad.checkpointing import Checkpoint
from srcgrad.custom import CustomRule
from srcgrad.errors import UnsupportedError
from srcgrad.frontend.programs import any_program_of, refused_generator
from srcgrad.rules.language import lookup
from srcgrad.wrapped import calling


def plain_function(f: Any) -> tuple[types.FunctionType, tuple[Any, ...]]:
    """The Python function behind a callable, and the arguments already bound to it."""
    if isinstance(f, types.FunctionType):
        return around(f) if lookup(f) is not None else unwrapped(f), ()
    if isinstance(f, types.MethodType) and isinstance(f.__func__, types.FunctionType):
        return unwrapped(f.__func__), (f.__self__,)
    if isinstance(f, (CustomRule, Checkpoint)) or getattr(type(f), "gives_derivatives", False):
        return calling(f), ()
    if isinstance(f, types.MethodType) and isinstance(f.__func__, CustomRule):
        return calling(f.__func__), (f.__self__,)
    if isinstance(f, functools.partial):
        inner, bound = plain_function(f.func)
        return inner, (*bound, *f.args)
    if isinstance(f, (staticmethod, classmethod, property)):
        raise no_function(f)
    call = getattr(type(f), "__call__", None)  # noqa: B004 - the method itself is wanted
    if isinstance(call, types.FunctionType) and is_user_class(type(f)):
        return unwrapped(call), (f,)
    if not callable(f):
        raise no_function(f)
    if isinstance(f, functools._lru_cache_wrapper):
        raise UnsupportedError(f"differentiating {name_of(f)}", "differentiate the function behind it: f.__wrapped__")
    return around(f), ()


def no_function(f: Any) -> TypeError:
    """The error for what is no function, with what was probably meant."""
    if isinstance(f, (staticmethod, classmethod, property)):
        advice = f"write @{type(f).__name__} above the decorator that differentiates"
    elif isinstance(f, (str, int, tuple, list)):
        advice = "options of a decorator have names: @sg.grad(argnums='x')"
    else:
        advice = "pass the function itself, and its arguments to what comes back: sg.grad(f)(x)"
    return TypeError(f"wanted a function to differentiate, got {arguments.describe(f)}: {advice}")


def unwrapped(f: types.FunctionType) -> types.FunctionType:
    """A function; where it takes anything and stands for another (`functools.wraps`), one with its parameters."""
    if f.__code__.co_flags & inspect.CO_GENERATOR:
        raise refused_generator(any_program_of(f))
    takes_anything = f.__code__.co_argcount == 0 and f.__code__.co_flags & inspect.CO_VARARGS
    return calling(f) if takes_anything and hasattr(f, "__wrapped__") else f


def bound_keywords(f: Any) -> dict[str, Any]:
    """The keyword arguments bound by `functools.partial`."""
    return {**bound_keywords(f.func), **f.keywords} if isinstance(f, functools.partial) else {}
