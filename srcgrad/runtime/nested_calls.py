"""What derivatives are made of, inside a function that is differentiated: resolved when it runs.

A gradient comes to the function that computes it, a call between emitted functions to the callee's emitted forward and
later to its reverse; each is differentiated like any function.  What only hands references on (records of calls) stays
as it is: adjoints and tangents of what it holds go by identity.
"""

from __future__ import annotations

import functools
import types
from typing import Any

import numpy as np

from srcgrad import arguments
from srcgrad.analysis.resolved import TABLES, resolve_when_run
from srcgrad.callforward import CallForward
from srcgrad.custom import CustomRule, custom_jvp, custom_vjp
from srcgrad.customcalls import CustomForward, CustomRecord, CustomTangent
from srcgrad.dispatch import short_way
from srcgrad.entries import Record
from srcgrad.errors import UnsupportedError, a_type
from srcgrad.gradient import Gradient, QuickGradient, grad, value_and_grad
from srcgrad.implicit import implicit
from srcgrad.jacobian import Jacobian, jacfwd, jacobian, jacrev
from srcgrad.jvp import Jvp, jvp
from srcgrad.linearize import LinearMap, linearize
from srcgrad.nested import function_for, function_known, general_path
from srcgrad.pullback import MutatedPullback, Pullback, vjp
from srcgrad.recompute import RecomputedForward
from srcgrad.runtime import nested_bars, nested_dots, nested_objects, nested_pullback, nested_rules, nested_special
from srcgrad.runtime.adjoints import Adjoints, address, same_view
from srcgrad.runtime.dynamic import Operations, at_once, methods_at_once
from srcgrad.runtime.helpers import like
from srcgrad.runtime.hooks import HookRecord, instead_of
from srcgrad.runtime.nested_apart import Apart
from srcgrad.runtime.operations import MAX_KNOWN, entry_of
from srcgrad.runtime.records import NOTHING, Nothing, RowsRecord, Several
from srcgrad.runtime.tangent_operations import Dots, Forward
from srcgrad.runtime.tangents import alike, into, zero_of
from srcgrad.runtime.turns import run_turns
from srcgrad.runtime.watch import Watch
from srcgrad.second import Hessian, HessianVector, VectorHessian, derivative, hessian, hvp, vhp
from srcgrad.settledcalls import SettledForward
from srcgrad.sparse import SparseJacobian, sparse_jacobian
from srcgrad.special import SpecialGradient
from srcgrad.tangent.entry import CallTangent


def resolve(operations: Any, func: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, Any]:
    """A call of one of srcgrad's own objects and its record; `operations` says how functions are differentiated."""
    run = Run(operations)
    value = run.call(func, args, keywords)
    return value, run.record()


class Run:
    """Runs what one call comes to, and gathers the records."""

    def __init__(self, operations: Any) -> None:
        self.operations = operations
        self.records: list[Any] = []

    def record(self) -> Any:
        """The record of everything that was done."""
        found = [record for record in self.records if record is not NOTHING]
        return NOTHING if not found else found[0] if len(found) == 1 else Several(found)

    def __call__(self, func: Any, /, *args: Any, **keywords: Any) -> Any:
        """The result of a function; its record is kept."""
        value, record = self.operations.call(func, *args, **keywords)
        self.records.append(record)
        return value

    def item(self, obj: Any, index: Any) -> Any:
        """`obj[index]`."""
        value, record = self.operations.item(obj, index)
        self.records.append(record)
        return value

    def seen_in(self, view: Any, owner: Any) -> None:
        """Say that an array is a view of another one: their tangents then are, too (adjoints follow memory)."""
        dots = getattr(self.operations, "dots", None)
        if dots is not None and id(view) not in dots.known:
            whole = dots.get(owner)
            dots.set(view, same_view(view, address(owner), whole))

    def call(self, func: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """The result of one of srcgrad's own."""
        if isinstance(func, types.MethodType):
            return self.method(func.__self__, func.__name__, args, keywords)
        of_object = steps_of(type(func))  # type: ignore[arg-type]
        if of_object is not None:
            return of_object(self, func, *args, **keywords)
        if any(func is one for one in AS_THEY_ARE) or (func is jvp and len(args) == 1):
            return func(*args, **keywords)
        for function, steps in FUNCTIONS:
            if func is function:
                return steps(self, *args, **keywords)
        raise refused(func)

    def method(self, owner: Any, name: str, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """The result of a method of one of srcgrad's own objects."""
        if type(owner) is Adjoints:
            step: Any = nested_bars.METHODS[name]
            return step(self, owner, *args)
        if isinstance(owner, Dots):
            return nested_dots.method(self, owner, name, args, keywords)
        if type(owner) is Record and name == "reverse":
            return self.reverse(owner, *args, **keywords)
        if isinstance(owner, Operations):
            forward = isinstance(owner, Forward)
            inner: Any = nested_dots.ForwardWithin(self, owner.dots) if forward else Within(self, owner)  # type: ignore[attr-defined]
            return getattr(inner, name)(*args, **keywords)
        if isinstance(owner, (Watch, CustomRule)):
            return getattr(owner, name)(*args)
        if isinstance(owner, CallForward):
            return self.forward(owner, *args, **keywords)
        if name == "batch" and isinstance(owner, Pullback):
            return nested_pullback.batch(self, owner, *args)
        if name == "batch" and isinstance(owner, LinearMap):
            return nested_objects.batch(self, owner, *args)
        if name == "reverse":
            if isinstance(owner, Record):  # of a class of its own
                return self.reverse(owner, *args, **keywords)
            if isinstance(owner, CustomRecord):
                return nested_rules.reverse(self, owner, *args, **keywords)
            if isinstance(owner, nested_rules.PulledAgain):
                return owner.reverse(self, *args, **keywords)
            if isinstance(owner, HookRecord):
                return nested_rules.hooked(self, owner, args[0])
            if isinstance(owner, Nothing):
                return None
            if isinstance(owner, RowsRecord):
                bars = args[0]
                return nested_bars.add(self, bars, owner.x, nested_bars.stack(self, bars, owner.parts, owner.x))
            if isinstance(owner, Several):
                for record in reversed(owner.records):
                    self.method(record, "reverse", args[:1], {})
                return None
        raise refused(types.SimpleNamespace(__self__=owner, __name__=name))

    # ------------------------------------------------------------------------------- calls between emitted functions

    def forward(self, site: CallForward, /, *args: Any, **keywords: Any) -> Any:
        """The result of a callee, and the record of its call."""
        site, args, keywords = site.serving_site(args, keywords)  # type: ignore[assignment]
        function, entry, values = site.found(args, keywords)
        given, named = entry.dispatcher.call_form(values)
        return self.recorded(entry, entry.bound_forward(function), given, named, site.order(entry.dispatcher))

    def recorded(self, entry: Any, forward: Any, args: Any, keywords: Any, order: Any) -> Any:
        """The result of an entry's forward, and the record of the call."""
        handed = self(forward, *args, **keywords)
        value, seen, residual = handed if entry.has_sites else (handed[0], 0, handed[1])
        return value, Record(entry, seen, residual, value, None if order == entry.returned else order)

    def reverse(self, record: Record, bars: Adjoints, bar: Any = None) -> Any:
        """The adjoints of a callee's arguments: what `Record.reverse` does, its steps differentiated."""
        entry = record.entry
        if bar is None and entry.protocol != "bars":
            bar = nested_bars.take_items(self, bars, record.value)
        elif bar is not None and entry.protocol == "bars":
            nested_bars.add_items(self, bars, record.value, bar)
            bar = None
        # one reverse serves all paths: those of this function are followed like anybody's
        path = general_path(entry)
        args = [record.residual, bar]
        if entry.uses_bars:
            args.append(bars)
        if path.wants_seen:
            args.append(record.seen)
        result = self(path.function, *args)
        if record.order is None or record.order == entry.returned:
            return result
        by_name = dict(zip(entry.returned, result if len(entry.returned) != 1 else (result,)))
        results = tuple(by_name[name] if entry.modes[name] == "v" else 0.0 for name in record.order)
        return results[0] if len(results) == 1 else results

    # ---------------------------------------------------------------------------------------------------- structures

    def gradient_of(self, value: Any, bars: Adjoints, written: bool = False) -> Any:
        """The gradient with respect to a structure, in its form."""
        take = nested_bars.pop if written else nested_bars.take
        return arguments.rebuilt(value, lambda x: self(like, take(self, bars, x), x), lambda x: None, plain=True)


class Within(Operations):
    """Operations that a reverse of emitted code resolves when they run, inside a function that is differentiated."""

    def __init__(self, run: Run, inner: Operations) -> None:
        self.run, self.inner = run, inner
        self.written = inner.written

    def function(self, func: Any) -> Any:
        """A function with source: its forward, run so that it is differentiated."""
        site = self.inner.site(func)
        return lambda *args, **keywords: self.run.forward(site, func, *args, **keywords)

    def one_operation(self, what: tuple[Any, ...], args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, Any]:
        """A function of one operation: its forward, run so that it is differentiated."""
        entry, values = entry_of(what, args, keywords, self.written)
        return self.run.recorded(entry, entry.forward, values, {}, None)  # type: ignore[no-any-return]

    def special(self, func: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, Any] | None:
        """What programs say of their own derivative."""
        found = instead_of(func, args)
        return super().special(func, args, keywords) if found is None else self.run.call(*found, keywords)

    def rows(self, x: Any) -> tuple[Any, Any]:
        """An array taken apart into rows."""
        parts = [self.run.item(x, i) for i in range(len(x))]
        return parts, RowsRecord(parts, x)


def refused(func: Any) -> UnsupportedError:
    """The error for what has no derivative of its own."""
    owner = getattr(func, "__self__", None)
    name = getattr(func, "__name__", None) or a_type(func)
    what = f"{type(owner).__name__}.{name}()" if owner is not None else name
    return UnsupportedError(
        f"{what} in a derivative that is differentiated again", "differentiate the outer function alone"
    )


def gradient(run: Run, made: Gradient, /, *args: Any, **keywords: Any) -> Any:
    """What a gradient gives: the function that computes it."""
    with Apart(run) as apart:
        function, given, named = function_for(made, args, keywords, apart)
        return run(function, *given, **named)


def called_gradient(operations: Operations, made: Gradient, args: Any, keywords: Any) -> tuple[Any, Any]:
    """A call of a gradient and its record."""
    function = None if keywords else function_known(made, args)
    if function is None:
        return resolve(operations, made, args, keywords)
    return operations.call(function, *args)


def copied_or_view(run: Run, tangent: Any, *others: Any) -> Any:
    """What `alike` gives: a view stays one, what is none becomes a copy."""
    return tangent if alike(tangent, *others) is tangent else run(np.copy, tangent)


def made_gradient(operations: Operations, maker: Any, args: Any, keywords: Any) -> tuple[Any, Any]:
    """`grad(f)` and its record; the same object for a function of a module, as it is made again in loops."""
    options = (*args[1:], *keywords.values())
    f = args[0] if args else None
    named = type(f) is types.FunctionType and f.__globals__.get(f.__name__) is f
    if not named or not all(type(option) is int for option in options):
        return resolve(operations, maker, args, keywords)
    key = maker, f, args[1:], tuple(keywords.items())
    found = _gradients.get(key)
    if found is None:
        if len(_gradients) >= MAX_KNOWN:
            _gradients.clear()
        found = _gradients[key] = maker(*args, **keywords)
    return found, NOTHING


_gradients: dict[Any, Gradient] = short_way({})


# functions that make derivatives, or only hand references on
AS_THEY_ARE: list[Any] = [
    grad, value_and_grad, hessian, hvp, vhp, derivative, jacobian, jacrev, jacfwd, sparse_jacobian, Adjoints,
    custom_vjp, custom_jvp, implicit, arguments.structure_snapshot, zero_of,
]  # fmt: skip
# functions, and what stands for a call of them
FUNCTIONS: list[tuple[Any, Any]] = [
    (jvp, nested_dots.jvp), (vjp, nested_pullback.vjp), (linearize, nested_objects.linearize),
    (arguments.gradient_of, Run.gradient_of), (run_turns, nested_rules.turns), (alike, copied_or_view),
    (into, nested_dots.into),
]  # fmt: skip
# objects of these types, and what stands for a call of them
OBJECTS: list[tuple[type, Any]] = [
    (SpecialGradient, nested_special.gradient), (Gradient, gradient), (Jvp, nested_dots.along),
    (Pullback, nested_pullback.pull), (MutatedPullback, nested_pullback.mutated), (LinearMap, nested_objects.along),
    (Jacobian, nested_objects.jacobian), (SparseJacobian, nested_objects.sparse), (Hessian, nested_objects.hessian),
    (HessianVector, nested_objects.hessian_vector), (VectorHessian, nested_objects.vector_hessian),
    (CallTangent, nested_dots.call), (CallForward, Run.forward), (RecomputedForward, nested_rules.recomputed),
    (CustomForward, nested_rules.forward), (CustomTangent, nested_rules.tangent),
]  # fmt: skip


@functools.lru_cache(maxsize=256)
def steps_of(cls: type) -> Any:
    """What stands for a call of an object of a class; None for those that are not called."""
    return next((steps for kind, steps in OBJECTS if issubclass(cls, kind)), None)


at_once |= {
    grad: made_gradient,
    value_and_grad: made_gradient,
    Gradient: called_gradient,
    QuickGradient: called_gradient,
    CallForward: resolve,
    SettledForward: resolve,
    CallTangent: resolve,
}
methods_at_once |= dict.fromkeys(
    (Adjoints, Dots, Record, Several, RowsRecord, Nothing, CallForward, SettledForward), resolve
)
TABLES.update({Adjoints: frozenset(), Dots: frozenset({"call", "method"})})
resolve_when_run(*AS_THEY_ARE, *[function for function, _ in FUNCTIONS])
