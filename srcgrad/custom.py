"""Functions that bring their own derivative: a forward and a backward, or a tangent rule.

    @sg.custom_vjp
    def log1pexp(x):                              what plain Python runs
        return np.log(1.0 + np.exp(x))

    def forward(x):                               what a derivative runs in its place: the result and a carrier
        e = np.exp(x)
        return np.log(1.0 + e), e

    def backward(e, y_bar):                       one gradient for each parameter
        return y_bar * e / (1.0 + e)

    log1pexp.defvjp(forward, backward)

The carrier belongs to one call: two calls have two, and each backward gets its own.
"""

from __future__ import annotations

import functools
import inspect
import re
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from srcgrad.emit.register import shown_name, shown_place
from srcgrad.errors import SrcgradError, UnsupportedError, a_type
from srcgrad.runtime.adjoints import carries

Function = Callable[..., Any]


def called(function: Any, *args: Any) -> Any:
    """What a function returns: how rules call the user's code, where that is not differentiated in turn."""
    return function(*args)


def place_of(function: Any) -> str:
    """Where a function is written, for messages: `FILE:LINE: name()`."""
    code = getattr(function, "__code__", None)
    name = f"{shown_name(function)}()"
    return "{}:{}: {}".format(*shown_place(code), name) if code is not None else name


def positional_count(function: Any) -> tuple[int, float] | None:
    """The least and the greatest number of positional arguments that a function takes; None where unknown."""
    try:
        params = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    plain = [p for p in params if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    least = sum(p.default is p.empty for p in plain)
    return least, float("inf") if any(p.kind is p.VAR_POSITIONAL for p in params) else len(plain)


def check_takes(function: Any, count: int, what: str) -> None:
    """TypeError unless a function can be called with that many positional arguments."""
    if not callable(function):
        raise TypeError(f"{what}: wanted a function, got {a_type(function)}")
    found = positional_count(function)
    if found is not None and not found[0] <= count <= found[1]:
        takes = f"{found[0]}" if found[0] == found[1] else f"{found[0]} to {found[1]}"
        raise TypeError(f"{place_of(function)} takes {takes} arguments; {what} is called with {count}")


class CustomRule:
    """A function with a derivative of its own; called outside a derivative it is the function.

    parameters  the names of its parameters: the backward gives one gradient for each
    """

    def __init__(self, function: Function) -> None:
        if not callable(function):
            raise TypeError(f"{type(self).__name__}: wanted a function, got {a_type(function)}")
        functools.update_wrapper(self, function, updated=())
        self.function = function
        self.signature = inspect.signature(function)
        starred = [p for p in self.signature.parameters.values() if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
        if starred:
            raise TypeError(
                f"{place_of(function)} takes {starred[0]}: a function with a rule of its own has named parameters"
            )
        self.parameters = tuple(self.signature.parameters)

    # what makes a node of a call on tensors, `(rule, args, keywords)`; there once there are tensors
    on_tensors: Any = None

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        if CustomRule.on_tensors is not None:
            return CustomRule.on_tensors(self, args, keywords)
        return self.function(*args, **keywords)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)

    def __repr__(self) -> str:
        return f"<srcgrad.{type(self).__name__} {self.__name__}>"  # type: ignore[attr-defined]

    def bind(self, args: tuple[Any, ...], keywords: dict[str, Any]) -> dict[str, Any]:
        """The arguments of a call by parameter, defaults filled in."""
        bound = self.signature.bind(*args, **keywords)
        bound.apply_defaults()
        return dict(bound.arguments)

    @property
    def passed(self) -> str:
        """The parameters, as they are passed on in a call."""
        return ", ".join(
            f"{p.name}={p.name}" if p.kind is p.KEYWORD_ONLY else p.name for p in self.signature.parameters.values()
        )

    @functools.cached_property
    def caller(self) -> Any:
        """A function that takes all parameters by position and calls this one; it knows its `rule`."""
        from srcgrad.emit.register import bind  # it builds on this module

        name = re.sub(r"\W", "_", self.function.__name__).strip("_") or "function"
        text = f"def {name}({', '.join(self.parameters)}):\n    return {name}_({self.passed})\n"
        made: Any = bind(text, name, {f"{name}_": self}, {}, {})[name]
        made.rule = self
        return made

    # ------------------------------------------------------------------ supplied by the kinds of rules
    # `run(function, *args)` calls: as it is, or so that the rule is differentiated

    def run_forward(self, values: dict[str, Any], run: Function = called) -> tuple[Any, Any]:
        """The result for these arguments, and the carrier of the call."""
        raise NotImplementedError

    def run_backward(self, carrier: Any, bar: Any, run: Function = called) -> tuple[Any, ...]:
        """One gradient a parameter for the cotangent of the result; None where there is none."""
        raise NotImplementedError

    def run_tangent(self, values: dict[str, Any], tangents: dict[str, Any], run: Function = called) -> tuple[Any, Any]:
        """The result and its tangent, for tangents of the arguments (None for what has no floating numbers)."""
        raise UnsupportedError(
            f"the tangent of {self.__name__}(), which has a backward alone,",  # type: ignore[attr-defined]
            "give it a tangent (custom_jvp), or take the gradient",
        )

    def ways(self) -> str:
        """Where the rule is written, for messages."""
        return place_of(self.function)

    def gradients(self, values: dict[str, Any], carrier: Any, bar: Any, run: Function = called) -> dict[str, Any]:
        """The gradients by parameter, once they are found to be like the arguments."""
        found = self.run_backward(carrier, bar, run)
        for (name, value), gradient in zip(values.items(), found):
            if gradient is not None and carries(value) and np.shape(gradient) != np.shape(value):
                raise ValueError(
                    f"{self.ways()}: the gradient for '{name}' has shape {np.shape(gradient)}; the argument has shape "
                    f"{np.shape(value)}"
                )
        return dict(zip(values, found))


class custom_vjp(CustomRule):
    """Decorate a function whose derivative is written by hand: `f.defvjp(forward, backward)` says how.

    forward(*args)          takes f's arguments; returns (result, carrier), the result being what f returns
    backward(carrier, bar)  takes what forward handed over and the cotangent of the result, in the result's structure;
                            returns one gradient for each parameter of f, a tuple where there are several, each of the
                            argument's shape or structure, None where there is none

    In plain Python `f` runs, in a derivative `forward` in its place.  The cotangent is read-only.  An array
    that the carrier holds and the program writes later is noticed and refused.

    >>> @sg.custom_vjp
    ... def softplus(x):
    ...     return np.log(1.0 + np.exp(x))
    >>> def forward(x):
    ...     e = np.exp(x)
    ...     return np.log(1.0 + e), e
    >>> softplus.defvjp(forward, lambda e, y_bar: y_bar * e / (1.0 + e))
    <srcgrad.custom_vjp softplus>
    >>> sg.grad(lambda x: np.sum(softplus(x)))(np.array([0.0, 0.0]))
    array([0.5, 0.5])
    """

    def __init__(self, function: Function) -> None:
        super().__init__(function)
        self.forward: Function | None = None
        self.backward: Function | None = None

    def defvjp(self, forward: Function, backward: Function) -> custom_vjp:
        """Set the rule; TypeError where one of the functions does not take what it will be given."""
        check_takes(forward, len(self.parameters), f"the forward of {self.__name__}()")  # type: ignore[attr-defined]
        check_takes(backward, 2, f"the backward of {self.__name__}()")  # type: ignore[attr-defined]
        self.forward, self.backward = forward, backward
        return self

    def ways(self) -> str:
        return place_of(self.backward or self.function)

    def run_forward(self, values: dict[str, Any], run: Function = called) -> tuple[Any, Any]:
        if self.forward is None:
            raise SrcgradError(f"{place_of(self.function)} has no rule: call {self.__name__}.defvjp(forward, backward)")  # type: ignore[attr-defined]
        result = run(self.forward, *values.values())
        if not isinstance(result, tuple) or len(result) != 2:
            got = f"a tuple of {len(result)}" if isinstance(result, tuple) else a_type(result)
            raise TypeError(f"{place_of(self.forward)} must return (result, carrier); it returned {got}")
        return result

    def run_backward(self, carrier: Any, bar: Any, run: Function = called) -> tuple[Any, ...]:
        assert self.backward is not None
        found = run(self.backward, carrier, bar)
        count = len(self.parameters)
        if count == 1 and not (isinstance(found, tuple) and len(found) == 1):
            return (found,)
        if not isinstance(found, tuple) or len(found) != count:
            got = f"a tuple of {len(found)}" if isinstance(found, tuple) else a_type(found)
            raise TypeError(
                f"{place_of(self.backward)} must return {count} gradients, for {', '.join(self.parameters)}; "
                f"it returned {got}"
            )
        return found


class custom_jvp(CustomRule):
    """Decorate a function whose tangent is written by hand: `f.defjvp(rule)` says how.

    rule(primals, tangents)   takes a tuple of f's arguments and one of their tangents (None for arguments without
                              floating numbers); returns (result, tangent of the result), linear in the tangents, in
                              operations that srcgrad differentiates

    Reverse mode transposes the rule: it differentiates the tangent with respect to the tangents.

    >>> @sg.custom_jvp
    ... def cube(x):
    ...     return x**3
    >>> cube.defjvp(lambda primals, tangents: (primals[0] ** 3, 3.0 * primals[0] ** 2 * tangents[0]))
    <srcgrad.custom_jvp cube>
    >>> sg.grad(cube)(2.0)
    12.0
    """

    def __init__(self, function: Function) -> None:
        super().__init__(function)
        self.rule: Function | None = None

    def defjvp(self, rule: Function) -> custom_jvp:
        """Set the rule; TypeError where it does not take primals and tangents."""
        check_takes(rule, 2, f"the tangent rule of {self.__name__}()")  # type: ignore[attr-defined]
        self.rule = rule
        return self

    def ways(self) -> str:
        return place_of(self.rule or self.function)

    def run_forward(self, values: dict[str, Any], run: Function = called) -> tuple[Any, Any]:
        if self.rule is None:
            raise SrcgradError(f"{place_of(self.function)} has no rule: call {self.__name__}.defjvp(rule)")  # type: ignore[attr-defined]
        return run(self.caller if "=" in self.passed else self, *values.values()), tuple(values.values())

    def run_tangent(self, values: dict[str, Any], tangents: dict[str, Any], run: Function = called) -> tuple[Any, Any]:
        if self.rule is None:
            raise SrcgradError(f"{place_of(self.function)} has no rule: call {self.__name__}.defjvp(rule)")  # type: ignore[attr-defined]
        found: tuple[Any, Any] = run(self.rule, tuple(values.values()), tuple(tangents.values()))
        check_pair(self.rule, found)
        return found

    def run_backward(self, carrier: Any, bar: Any, run: Function = called) -> tuple[Any, ...]:
        from srcgrad.pullback import vjp
        from srcgrad.runtime.kept import zeros_of
        from srcgrad.runtime.linearity import adjoint, direction_like

        assert self.rule is not None
        primals = carrier
        # linear in the tangents, the rule has the same derivative everywhere: elsewhere than at zero it can be seen
        tangents = tuple(zeros_of(value, direction_like) for value in primals)
        out, pullback = run(vjp, functools.partial(tangent_of, self.rule, primals), *tangents)
        if np.shape(out) != np.shape(bar):
            raise ValueError(
                f"{self.ways()}: the tangent of the result has shape {np.shape(out)}; the result has {np.shape(bar)}"
            )
        gradients: tuple[Any, ...] = run(pullback, bar)[0]
        if not adjoint(bar, out, gradients, tangents):
            raise ValueError(f"{self.ways()}: the tangent of the result is not linear in the tangents of the arguments")
        return gradients


def tangent_of(rule: Any, primals: tuple[Any, ...], *tangents: Any) -> Any:
    """The tangent of the result, as a function of the tangents of the arguments."""
    found = rule(primals, tangents)
    check_pair(rule, found)
    return found[1]


def check_pair(rule: Any, found: Any) -> None:
    """TypeError unless a tangent rule returned two things."""
    if not isinstance(found, tuple) or len(found) != 2:
        got = f"a tuple of {len(found)}" if isinstance(found, tuple) else a_type(found)
        raise TypeError(f"{place_of(rule)} must return (result, tangent); it returned {got}")
