"""Calls from emitted code to functions that bring their own derivative.

y = f(x)        y, y_call = f_forward(x)          a CustomForward: f's own forward, and the record of the call
                x_bar = y_call.reverse(bars, y_bar)

y = f(x)        y, y_dot = f_jvp(x, x_dot)        a CustomTangent, in forward mode
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from srcgrad.analysis.extents import is_not_one
from srcgrad.analysis.kinds import Kind, Num, Tup
from srcgrad.analysis.meaning import ByCall
from srcgrad.analysis.subscripts import getitem
from srcgrad.custom import CustomRule, Function, called, check_pair
from srcgrad.errors import a_type
from srcgrad.rules.constants import CONSTANTS
from srcgrad.runtime.adjoints import Adjoints, carries
from srcgrad.runtime.helpers import in_form_of
from srcgrad.runtime.kept import Kept, bars_of, full, zero_like, zeros_of

CONSTANTS.add(check_pair)


class CustomForward:
    """Called by emitted code in place of a function with a rule of its own: gives the result and the record."""

    gives_pair = True

    def __init__(self, rule: CustomRule, modes: str, keyword_modes: Mapping[Any, str], result: Kind | None) -> None:
        self.rule, self.modes, self.keyword_modes, self.result = rule, modes, dict(keyword_modes), result

    @staticmethod
    def for_meaning(meaning: ByCall) -> CustomForward:
        """The forward for a call site."""
        return CustomForward(meaning.function, meaning.modes, dict(meaning.keyword_modes), meaning.result)

    def __call__(self, *args: Any, **keywords: Any) -> tuple[Any, CustomRecord]:
        """The result and the record of the call."""
        return self.run(args, keywords)

    def run(self, args: Any, keywords: dict[str, Any], run: Function = called) -> tuple[Any, CustomRecord]:
        """The same; `run` calls the rule."""
        values = self.rule.bind(args, keywords)
        names = list(values)
        modes = dict.fromkeys(names, "i")
        if len(args) == len(self.modes):
            modes = {**dict.fromkeys(names, "-"), **dict(zip(names, self.modes))}
            modes.update({name: self.keyword_modes.get(name, "i") for name in keywords})
        value, carrier = self.rule.run_forward(values, run)
        # what the rule keeps may be written later in the program
        carrier = Kept((carrier,), self.rule.ways())
        if self.result is not None:
            value = as_expected(value, self.result, self.rule, run)
        # the adjoints that are returned come in the order of the call
        order = (*names[: len(args)], *keywords)
        return value, CustomRecord(self.rule, carrier, value, values, modes, order)


class CustomRecord:
    """What a call of a function with a rule of its own leaves for the reverse: its own carrier."""

    __slots__ = ("carrier", "modes", "order", "rule", "value", "values")

    def __init__(
        self, rule: CustomRule, carrier: Any, value: Any, values: dict[str, Any], modes: dict[str, str],
        order: tuple[str, ...],
    ) -> None:  # fmt: skip
        self.rule, self.carrier, self.value, self.values = rule, carrier, value, values
        self.modes, self.order = modes, order

    def reverse(self, bars: Adjoints, bar: Any = None) -> Any:
        """Run the rule's backward; the adjoints of the arguments whose mode is 'v', one alone as it is."""
        bar = bars_of(self.value, bars) if bar is None else full(bar, self.value)
        return self.handed_on(bar, bars.add_items)

    def handed_on(self, bar: Any, add_items: Function, run: Function = called) -> Any:
        """The same, for a cotangent of the result's shape; `add_items(value, gradient)` has what goes by identity."""
        gradients = self.rule.gradients(self.values, self.carrier.values()[0], bar, run)
        for name, mode in self.modes.items():
            if mode == "i" and gradients[name] is not None:
                add_items(self.values[name], gradients[name])
        returned = tuple([own(gradients[n], self.values[n], run) for n in self.order if self.modes[n] == "v"])
        return returned[0] if len(returned) == 1 else returned


def own(gradient: Any, value: Any, run: Function) -> Any:
    """The gradient of an argument: zeros where the rule gives none, real for a real argument."""
    if gradient is None:
        return zero_like(value) if carries(value) else 0.0
    return run(np.real, gradient) if np.iscomplexobj(gradient) and not np.iscomplexobj(value) else gradient


def as_expected(value: Any, kind: Kind, rule: CustomRule, run: Function) -> Any:
    """The forward's result, where it is what the function itself returns; TypeError where it is not."""
    if isinstance(kind, Tup):
        if not isinstance(value, tuple) or len(value) != len(kind.items):
            raise unlike(rule, a_type(value), f"a tuple of {len(kind.items)}")
        items = [as_expected(item, inner, rule, run) for item, inner in zip(value, kind.items)]
        return in_form_of(value, items)
    if not isinstance(kind, Num):
        return value
    if kind.is_number and isinstance(value, np.ndarray) and value.ndim == 0:
        value = run(getitem, value, ())
    elif kind.box == "array" and isinstance(value, (float, complex, np.generic)):
        value = run(np.asarray, value)
    shape = np.shape(value)
    same = kind.shape is None or (
        len(shape) == len(kind.shape)
        and all((n != 1 if is_not_one(axis) else True) and (axis == n or not isinstance(axis, int))
                for n, axis in zip(shape, kind.shape))
    )  # fmt: skip
    dtype = np.result_type(value) if carries(value) else None
    if kind.differentiable and dtype is None:
        raise unlike(rule, a_type(value), "floating numbers")
    if not same:
        raise unlike(rule, f"shape {shape}", f"shape ({', '.join(map(axis_text, kind.shape or ()))})")
    if kind.dtype is not None and dtype is not None and dtype != kind.dtype:
        raise unlike(rule, f"dtype {dtype}", f"dtype {kind.dtype}")
    return value


def axis_text(axis: Any) -> str:
    """An axis in a message."""
    return str(axis) if isinstance(axis, int) else "n"


def unlike(rule: CustomRule, got: str, wanted: str) -> TypeError:
    """The error for a forward that returns something else than its function does."""
    return TypeError(f"{rule.ways()}: the forward's result has {got}; the function's own has {wanted}")


class CustomTangent:
    """Called by the text of a tangent in place of a function with a rule of its own: the result and its tangent.

    by_value  whether the call site takes the tangent; else it goes by identity, and the result comes alone
    """

    def __init__(
        self, rule: CustomRule, modes: str, keyword_modes: Mapping[Any, str], result: Kind | None, by_value: bool
    ) -> None:
        self.rule, self.modes, self.keyword_modes = rule, modes, dict(keyword_modes)
        self.result, self.by_value = result, by_value
        self.gives_pair = by_value

    def __call__(self, *args: Any, dots: Any = None, **keywords: Any) -> Any:
        """The result and its tangent (the result alone where the tangent goes by identity)."""
        return self.run(args, keywords, dots)

    def run(self, args: Any, keywords: dict[str, Any], dots: Any, run: Function = called) -> Any:
        """The same; `run` calls the rule."""
        given = self.modes.count("v")
        positional, handed = args[: len(args) - given], args[len(args) - given :]
        handed_by_name = {key: keywords.pop(f"{key}_dot") for key, mode in self.keyword_modes.items() if mode == "v"}
        values = self.rule.bind(positional, keywords)
        places = [name for name, mode in zip(values, self.modes) if mode == "v"]
        known = {**dict(zip(places, handed)), **handed_by_name}
        tangents = {name: known[name] if name in known else tangent_in(value, dots) for name, value in values.items()}
        value, tangent = self.rule.run_tangent(values, tangents, run)
        if self.result is not None:
            value = as_expected(value, self.result, self.rule, run)
        if carries(value) and np.shape(tangent) != np.shape(value):
            raise ValueError(
                f"{self.rule.ways()}: the tangent of the result has shape {np.shape(tangent)}; the result has "
                f"{np.shape(value)}"
            )
        if self.by_value:
            return value, tangent
        dots.set_items(value, tangent)
        return value


def tangent_in(value: Any, dots: Any) -> Any:
    """The tangent of an argument that goes by identity: zeros where it has none, None where it has no numbers."""
    zeros = zeros_of(value)
    return zeros if dots is None or zeros is None else dots.like(value)
