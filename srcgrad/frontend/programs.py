"""The IR of functions, one a code object; those that emitted code made are registered when it is compiled."""

from __future__ import annotations

import types
import weakref
from typing import Any, Generic, TypeVar

from srcgrad import ir
from srcgrad.errors import UnsupportedError
from srcgrad.frontend.lower import lower_definition, lower_function
from srcgrad.frontend.modules import read_modules_in_place
from srcgrad.locking import collector_paused, compiling

_T = TypeVar("_T")


class ByCode(Generic[_T]):
    """A table with code objects as keys, by identity: two that are equal may come from different files, or be the
    same nested function in emitted texts that differ in what is active."""

    def __init__(self) -> None:
        self.found: dict[int, tuple[weakref.ref[types.CodeType], _T]] = {}

    def get(self, code: types.CodeType) -> _T | None:
        entry = self.found.get(id(code))
        return entry[1] if entry is not None and entry[0]() is code else None

    def clear(self) -> None:
        self.found.clear()

    def codes(self) -> list[types.CodeType]:
        """The keys that are still there."""
        return [code for reference, _ in list(self.found.values()) if (code := reference()) is not None]

    def __setitem__(self, code: types.CodeType, value: _T) -> None:
        key = id(code)

        def forget(gone: Any) -> None:
            entry = self.found.get(key)
            if entry is not None and entry[0] is gone:
                self.found.pop(key, None)

        self.found[key] = (weakref.ref(code, forget), value)


_programs: ByCode[ir.Function] = ByCode()
# for code that runs with other globals than those it was first seen with
_elsewhere: ByCode[list[ir.Function]] = ByCode()
_functions: ByCode[Any] = ByCode()
_active: ByCode[frozenset[str]] = ByCode()
_rebound: ByCode[frozenset[str]] = ByCode()


def program_of(function: types.FunctionType) -> ir.Function:
    """The function in normal form; UnsupportedError where it has no source, or uses what is not understood.

    That of a generator function makes an iterator of what it does from one yield to the next.
    """
    found = any_program_of(function)
    return stepping_of(found) if found.generator else found


def stepping_of(program: ir.Function) -> ir.Function:
    """The function that makes the iterator of a generator function."""
    made = program.stepping
    if isinstance(made, Exception):
        raise made
    if made is None:
        raise refused_generator(program)
    return made


def refused_generator(program: ir.Function) -> UnsupportedError:
    """The error for a generator function of which it is not seen how its items are used."""
    source, first = program.source, next(s for s in ir.walk(program.body) if isinstance(s, ir.Yield))
    what, line = "yield (a generator function)", first.span.line
    advice = "go through what it yields in a for loop at once, or make a list of it"
    return UnsupportedError(what, advice, source.filename, line, source.line(line))


def any_program_of(function: types.FunctionType) -> ir.Function:
    """The same, also of generator functions."""
    found = _programs.get(function.__code__)
    if found is not None and found.namespace is function.__globals__:
        return found
    with compiling:
        found = _programs.get(function.__code__)
        if found is None:
            found = _programs[function.__code__] = _lowered(function)
        elif found.namespace is not function.__globals__:
            others = _elsewhere.get(function.__code__) or []
            known = [other for other in others if other.namespace is function.__globals__]
            if known:
                return known[0]
            found = _lowered(function)
            _elsewhere[function.__code__] = [*others, found]
        return found


def _lowered(function: types.FunctionType) -> ir.Function:
    with collector_paused():
        try:
            found = lower_function(function, _rebound.get(function.__code__) or frozenset())
        except UnsupportedError as refusal:
            # it says where in the user's code: the way by which that was found is of no interest to them
            raise refusal.with_traceback(None) from refusal.__cause__
    set_namespace(found, function.__globals__)
    return found


def set_namespace(program: ir.Function, namespace: dict[str, Any]) -> None:
    """Say which globals a function and the functions inside it read."""
    program.namespace = namespace
    read_modules_in_place(program)
    if isinstance(program.stepping, ir.Function):
        set_namespace(program.stepping, namespace)
    for stmt in ir.walk(program.body):
        value = getattr(stmt, "value", None)
        if isinstance(value, ir.MakeFunction):
            set_namespace(value.function, namespace)


def provide(function: types.FunctionType, node: Any, source: ir.SourceText) -> None:
    """Say what a function does that was made from a definition which is in no file."""
    program = lower_definition(node, source, function.__globals__)
    set_namespace(program, function.__globals__)
    _programs[function.__code__] = program


def register(code: types.CodeType, program: ir.Function, active: frozenset[str]) -> None:
    """Remember that emitted code compiled the nested function `program` to `code`, and which of its captured
    variables carry derivatives."""
    _programs[code] = program
    _active[code] = active


def captures_like(code: types.CodeType, other: types.CodeType) -> None:
    """Remember that emitted code captures what the code that it was made from does."""
    captured, program = _active.get(other), _programs.get(other)
    if captured:
        _active[code] = captured
    if program is not None and program.shared:
        _rebound[code] = program.shared


def remember(function: types.FunctionType) -> None:
    """Keep a way from the function's code to its source."""
    if _programs.get(function.__code__) is None:
        _functions[function.__code__] = weakref.ref(function)


def program_of_code(code: types.CodeType) -> ir.Function:
    """The IR for a code object seen before."""
    found = _programs.get(code)
    if found is not None:
        return found
    reference = _functions.get(code)
    function = reference() if reference is not None else None
    if function is None:
        place = code.co_filename, code.co_firstlineno
        raise UnsupportedError("a function that is gone", "keep a reference to it", *place)
    return program_of(function)


def active_captures(code: types.CodeType) -> frozenset[str]:
    """The captured names, and parameters by their defaults, of a nested function that carry derivatives."""
    return _active.get(code) or frozenset()


def captures(function: Any, purpose: str) -> frozenset[str]:
    """What a nested function captured, or has as a default, whose adjoints an entry hands on.

    A derivative by the function's arguments hands on none of them: inside a function that is differentiated again,
    captured variables carry derivatives of the outer one alone.
    """
    if function is None or purpose in ("grad", "aux", "api", "jvp"):
        return frozenset()
    return active_captures(function.__code__)


def known_program(code: types.CodeType) -> ir.Function | None:
    """The IR for a code object, where it was made already."""
    return _programs.get(code)
