"""The IR of functions, one a code object; those that emitted code made are registered when it is compiled."""

from __future__ import annotations

import threading
import types
import weakref
from typing import Any

from srcgrad import ir
from srcgrad.errors import UnsupportedError
from srcgrad.frontend.lower import lower_function

_lock = threading.RLock()
_programs: weakref.WeakKeyDictionary[types.CodeType, ir.Function] = weakref.WeakKeyDictionary()
_functions: weakref.WeakKeyDictionary[types.CodeType, Any] = weakref.WeakKeyDictionary()
_active: weakref.WeakKeyDictionary[types.CodeType, frozenset[str]] = weakref.WeakKeyDictionary()


def program_of(function: types.FunctionType) -> ir.Function:
    """The function in normal form; UnsupportedError where it has no source or uses what is not understood."""
    found = _programs.get(function.__code__)
    if found is None:
        with _lock:
            found = lower_function(function)
            set_namespace(found, function.__globals__)
            _programs[function.__code__] = found
    return found


def set_namespace(program: ir.Function, namespace: dict[str, Any]) -> None:
    """Say which globals a function and the functions inside it read."""
    program.namespace = namespace
    for stmt in ir.walk(program.body):
        value = getattr(stmt, "value", None)
        if isinstance(value, ir.MakeFunction):
            set_namespace(value.function, namespace)


def register(code: types.CodeType, program: ir.Function, active: frozenset[str]) -> None:
    """Remember that emitted code compiled the nested function `program` to `code`, and which of its captured
    variables carry derivatives."""
    _programs[code] = program
    _active[code] = active


def remember(function: types.FunctionType) -> None:
    """Keep a way from the function's code to its source."""
    if function.__code__ not in _programs:
        _functions[function.__code__] = weakref.ref(function)


def program_of_code(code: types.CodeType) -> ir.Function:
    """The IR for a code object seen before."""
    found = _programs.get(code)
    if found is not None:
        return found
    reference = _functions.get(code)
    function = reference() if reference is not None else None
    if function is None:
        raise UnsupportedError("a function that is gone", "keep a reference to it", code.co_filename, code.co_firstlineno)
    return program_of(function)


def active_captures(code: types.CodeType) -> frozenset[str]:
    """The captured names of a nested function that carry derivatives."""
    return _active.get(code, frozenset())
