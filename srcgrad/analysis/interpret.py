"""Calls of functions with source: interpreted for the kinds of these arguments, once a call site and kinds.

    def f(x, n): ...
    y = f(a, 3)            f is interpreted with x: the kind of a, n: Known(3); y gets the kind that it returns

A function that is being interpreted already for such kinds (recursion) gives what is known of its result so far.
"""

from __future__ import annotations

import inspect
import os
import sys
import types
from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis import containers, entry, generators
from srcgrad.analysis.activity import generalise, is_active
from srcgrad.analysis.escapes import escape
from srcgrad.analysis.itself import in_full, program_behind
from srcgrad.analysis.kinds import Closure, Kind, Never, Num, Ref, Unknown
from srcgrad.analysis.meaning import ByCall, Keywords, Plain, Result
from srcgrad.analysis.parameters import bind_params, passing_modes
from srcgrad.analysis.texts import holds_text
from srcgrad.analysis.unknown import hand_over
from srcgrad.errors import UnsupportedError
from srcgrad.frontend import programs
from srcgrad.homes import is_written
from srcgrad.rules import stand_ins

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference


MAX_DEPTH = 24
# modules whose functions tell somebody something, and give back nothing that depends on it
TELLERS = ("logging", "warnings")


def tells(function: Any) -> bool:
    """Whether a function is of a module that tells somebody something."""
    return isinstance(function, types.FunctionType) and (function.__module__ or "").partition(".")[0] in TELLERS


# what runs functions elsewhere, where nothing that they do is seen
PARALLEL = ("asyncio", "concurrent", "joblib", "multiprocessing", "threading")


def at_the_call(inf: Inference, stmt: Any, function: Any, error: UnsupportedError) -> UnsupportedError:
    """A refusal inside a function of a library's, as one of the user's call of it."""
    if not of_library(error.filename) or of_library(inf.function.source.filename):
        return error
    if isinstance(function, types.FunctionType):
        name = f"{function.__module__}.{function.__qualname__}"
    else:
        name = getattr(getattr(function, "function", None), "name", "a function")
    what = f"{name}() on values that depend on the input"
    if name.partition(".")[0] in PARALLEL:
        return inf.refuse(stmt, what, "call the function in a loop, or differentiate what each worker does")
    inside = error.construct.rstrip(",")
    return inf.refuse(stmt, what, f"write what it does with functions that have a rule (inside: {inside})")


def of_library(filename: str) -> bool:
    """Whether a file is of NumPy, SciPy, CuPy or the standard library: no place to point a user at."""
    if "site-packages" not in filename and filename.startswith(os.path.dirname(os.__file__) + os.sep):
        return True
    packages = [sys.modules[name] for name in ("numpy", "scipy", "cupy") if name in sys.modules]
    homes = [os.path.dirname(package.__file__) for package in packages if package.__file__]
    return any(filename.startswith(home + os.sep) for home in homes)


def call_function(
    inf: Inference, stmt: Any, function: Any, callee: Any, args: Any, keywords: Keywords, env: Env,
    receiver: Kind | None = None,
) -> Result:  # fmt: skip
    """A call of a function with source: its result's kind by interpreting it with these arguments."""
    if isinstance(function, types.FunctionType) and entry.is_library(function):
        function = stand_ins.written(function) or function
    if isinstance(function, Closure):
        function = in_full(inf.world, function)
    kinds = [inf.atom(a.value, env) if isinstance(a, ir.Star) else inf.whole(a, env) for a in args]
    keyword_kinds = [inf.whole(v, env) for _, v in keywords]
    captures = function.captured if isinstance(function, Closure) else ()
    every = [*kinds, *keyword_kinds, *([receiver] if receiver is not None else [])]
    active = any(is_active(k) for k in every) or (isinstance(function, Closure) and is_active(function))
    if tells(function):
        return Unknown(), Plain()
    generator = generators.generator_of(function)
    if generator is not None:
        woven = generators.weave(inf, stmt, generator, args, keywords, every, active, env)
        if woven is not None:
            return woven
        if isinstance(function, Closure):
            function = Closure(programs.stepping_of(generator[1]), function.captured, function.defaults)
    actual_args = args if receiver is None else (None, *args)
    actual_kinds = kinds if receiver is None else [receiver, *kinds]
    try:
        result, child = interpret(inf, stmt, function, actual_args, actual_kinds, keywords, keyword_kinds, captures)
    except UnsupportedError as error:
        if active or any(map(holds_text, (*every, function))):
            raise at_the_call(inf, stmt, function, error) from None
        for kind in every:
            escape(kind)
        inf.world.unseen |= not (isinstance(function, types.FunctionType) and entry.is_library(function))
        return Unknown(), Plain()
    active = active or is_active(result)
    if child is not None:
        inf.mutates |= child.mutates
        inf.resolves |= child.resolves
        inf.writes_arrays |= child.writes_arrays
        inf.writes[stmt] = list({memory.root(): memory for found in child.writes.values() for memory in found})
    if receiver is not None:
        active = active or is_active(receiver)
    if not active:
        return result, Plain()
    target = function.function if isinstance(function, Closure) else function
    running = child is not None and child in inf.world.active_calls.get(child.program, ())
    if isinstance(result, Never) and is_written(target) and not running:
        # it refuses these arguments, when it runs: what it stands in for would not
        result = Unknown(True)
    modes, keyword_modes = passing_modes(
        load(function, captures)[0], actual_args, actual_kinds, keywords, keyword_kinds
    )
    return result, ByCall(target, callee, tuple(args), keywords, modes, keyword_modes, result, child=child)


def interpret(
    inf: Inference, stmt: Any, function: Any, args: Any, kinds: list[Kind], keywords: Keywords,
    keyword_kinds: list[Kind], captures: Any,
) -> tuple[Kind, Any]:  # fmt: skip
    """The kind that a function returns for arguments of these kinds, and its inference."""
    world = inf.world
    active = any(is_active(k) for k in (*kinds, *keyword_kinds))
    active = active or (isinstance(function, Closure) and is_active(function))

    def give_up() -> tuple[Kind, Any]:
        hand_over(inf, [*kinds, *keyword_kinds, *([function] if isinstance(function, Closure) else [])])
        return Unknown(active), None

    program, signature, global_names, free = load(function, captures, world.memo)
    if isinstance(function, types.FunctionType):
        world.cells_read.update(map(id, function.__closure__ or ()))
    if world.budget < 0 or world.depth > MAX_DEPTH:
        return give_up()
    params = bind_params(program, signature, args, kinds, keywords, keyword_kinds, world.memo)
    if params is None:
        return give_up()
    for param in program.params:
        options = params.get(param.name)
        if param.kind == "varkw" and isinstance(options, Ref):
            site = inf.sites.setdefault((stmt, param.name), options.site)
            for key, kind in (options.site.items or {}).items():
                containers.held_in(inf, site, kind, key)
            params[param.name] = Ref(site)
    active_calls = world.active_calls.setdefault(program, [])
    world.recursive |= bool(active_calls)
    running = next((call for call in active_calls if is_alike(call, params)), None)
    if running is not None:
        for name, kind in params.items():
            if running.entry[name].update(generalise(kind)):
                running.changed = True
        for name, kind in free.items():
            # another closure of the same function: it may have captured something else
            if name not in running.free:
                running.free[name] = running.version(None, "free", name)
            if running.free[name].update(kind):
                running.changed = True
        return (running.return_kind or Never()), running
    called = stmt if inf.member is None else (stmt, inf.member)
    child = inf.children.get(called)
    if child is None or child.program is not program:
        child = inf.children[called] = inf.callee(program, global_names)
        for name in params:
            child.entry[name] = child.version(None, "entry", name)
        for name in free:
            child.free[name] = child.version(None, "free", name)
        fresh = True
    else:
        fresh = False
    child.closure = function if isinstance(function, Closure) else None
    for name, kind in params.items():
        fresh |= child.entry[name].update(kind)
    for name, kind in free.items():
        if name not in child.free:
            child.free[name] = child.version(None, "free", name)
        fresh |= child.free[name].update(kind)
    if fresh or child.heap_seen != world.heap:
        active_calls.append(child)
        world.depth += 1
        try:
            child.run()
        finally:
            world.depth -= 1
            active_calls.pop()
        child.heap_seen = world.heap
    return child.return_kind or Never(), child


def is_alike(running: Inference, params: dict[str, Kind]) -> bool:
    """Whether a call within a call of one function is like it: numbers and arrays where it has some.

    Where an array is halved into a list of rows, say, the calls have reverses of different forms.
    """
    both = [(running.entry[name].kind, kind) for name, kind in params.items()]
    pairs = [(generalise(a or Never()), generalise(b)) for a, b in both]
    return all(isinstance(a, Num) == isinstance(b, Num) or isinstance(b, Never) for a, b in pairs)


def load(
    function: Any, captures: Any, memo: dict[Any, Any] | None = None
) -> tuple[ir.Function, Any, dict[str, Any], dict[str, Kind]]:
    """The IR of a function, its signature with defaults, its globals and the kinds of its free variables."""
    if isinstance(function, Closure):
        program = program_behind(function)
        return program, function.defaults, program.namespace, dict(captures)
    try:
        program = programs.program_of(function)
    except UnsupportedError as error:
        if os.path.exists(error.filename) or "source" not in error.construct:
            raise
        # there is no place of its own to point at: the call is pointed at instead
        raise UnsupportedError(f"a call of {error.construct}", error.advice) from None
    active = programs.active_captures(function.__code__)
    free = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
        kind = entry.cell_kind(cell, name in active, name in program.shared, {} if memo is None else memo)
        if kind is not None:
            free[name] = kind
    return program, inspect.signature(function), function.__globals__, free
