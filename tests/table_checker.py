"""One call of the table, through emitted text, against central differences: with the arrays of any library.

The function is differenced where its arrays lie; directions and results are compared in host memory.
"""

from __future__ import annotations

import itertools
import linecache
from dataclasses import dataclass
from typing import Any

import numpy as np
from rule_support import calls, flat, is_active, rebuild
from test_jvp_rules import direction, nones_as_zeros, part_of
from test_rules_gradients import cotangent

import srcgrad as sg

numbers = itertools.count()


@dataclass(frozen=True)
class Library:
    """Where the arrays of a check lie: `array` makes one of NumPy's, `host` takes it back."""

    kind: type
    array: Any
    host: Any

    def placed(self, value: Any) -> Any:
        """A value with this library's arrays for NumPy's."""
        if isinstance(value, np.ndarray):
            return self.array(value)
        if type(value) in (list, tuple):
            return type(value)(map(self.placed, value))
        return {key: self.placed(item) for key, item in value.items()} if isinstance(value, dict) else value

    def back(self, value: Any) -> Any:
        """A value with NumPy's arrays for this library's."""
        if isinstance(value, self.kind):
            return self.host(value)
        if isinstance(value, (list, tuple)):
            return [self.back(item) for item in value]
        return {key: self.back(item) for key, item in value.items()} if isinstance(value, dict) else value


NUMPY = Library(np.ndarray, np.asarray, np.asarray)


def program(rule: Any, name: str, function: Any, call: Any, moving: list[Any] | None = None) -> tuple[Any, list[Any]]:
    """A function of one call, its literals written out, and its arguments.

    moving   the values that are arguments, where not all are: others are globals
    """
    params: list[str] = []
    values: list[Any] = []
    space: dict[str, Any] = {"function": function, "np": np}

    def spelt(value: Any) -> str:
        if value is None or isinstance(value, (bool, int, str)):
            return repr(value)
        if isinstance(value, tuple) and all(type(v) in (int, bool, type(None), str) for v in value):
            return repr(value)
        if moving is not None and not any(value is one for one in moving):
            space[f"fixed{len(space)}"] = value
            return f"fixed{len(space) - 1}"
        params.append(f"x{len(params)}")
        values.append(value)
        return params[-1]

    args = [spelt(value) for value in call.args]
    keywords = [f"{key}={spelt(value)}" for key, value in call.kwargs.items()]
    if name.startswith("."):
        called = f"({', '.join([*args[1:], *keywords])})" if name.endswith("()") else ""
        text = f"{args[0]}{name.removesuffix('()')}{called}"
    else:
        text = f"function({', '.join([*args, *keywords])})"
    return defined(f"def f({', '.join(params)}):\n    return {text}\n", space)["f"], values


def program_of_call(rule: Any, name: str, function: Any, call: Any) -> tuple[Any, list[Any]]:
    """The same with those values as arguments alone that the entry has lines for."""
    bound = rule.bind(tuple(call.args), call.kwargs)
    ruled = [bound[p] for p in rule.formulas if p in bound and p not in rule.zero]
    ruled += [part for value in ruled if isinstance(value, tuple) for part in value]
    moving = [value for value in ruled if is_active(value)]
    return program(rule, name if name.startswith(".") else "function", function, call, moving)


def checked(
    rule: Any, name: str, function: Any, library: Library = NUMPY, reverse: bool = False, cases_of: Any = None
) -> None:
    """Check every test call of a function in forward mode, and in reverse mode if so.

    cases_of   the function of NumPy's that `function` stands for, where it is another one
    """
    for text, call in calls(rule, cases_of or function):
        check_call(rule, name, function, call, text, library, reverse)


def check_call(rule: Any, name: str, function: Any, call: Any, text: str, library: Library, reverse: bool) -> int:
    """The same for one call; how many checks there were.

    All differentiable arguments move together, and in forward mode each alone: a zero tangent is left out of a line.
    In reverse mode each has a line of its own, which is there or not.
    """
    f, values = program(rule, name, function, call)
    bound = rule.bind(tuple(call.args), call.kwargs)
    differentiable = [bound[p] for p in rule.formulas if p in bound and p not in rule.zero]
    flattened = [v for value in differentiable for v in (value if isinstance(value, tuple) else (value,))]
    moving = [v for v in (*flattened, *differentiable) if is_active(v)]
    active = [i for i, v in enumerate(values) if any(v is other for other in moving)]
    count = 0
    for chosen in dict.fromkeys([tuple(active), *[(i,) for i in active]]):
        if chosen:
            check(f, values, chosen, f"{rule.name} {text} {chosen}", library, reverse and chosen == tuple(active))
            count += 1
    return count


def check(f: Any, values: list[Any], chosen: tuple[int, ...], text: str, library: Library, reverse: bool) -> None:
    """The tangent for these arguments against a central difference, and the gradients against the same."""
    rng = np.random.default_rng(11)
    tangents = [direction(value, rng) if i in chosen else None for i, value in enumerate(values)]
    want = along(f, values, chosen, tangents, library)
    value, got = sg.jvp(f, tuple(library.placed(values)), tuple(library.placed(tangents)))
    alike(got, value, library)
    got, value = library.back(got), library.back(value)
    np.testing.assert_allclose(part_of(got, value), want, rtol=2e-5, atol=2e-6, err_msg=f"{text}, forward")
    if not reverse:
        return
    placed = library.placed(values)
    value, pullback = sg.vjp(of_some(f, placed, chosen), *[placed[i] for i in chosen])
    bar = cotangent(library.back(value), rng)
    claimed = 0.0
    for i, gradient in zip(chosen, pullback(library.placed(bar))):
        alike(gradient, placed[i], library)
        claimed += nones_as_zeros(tangents[i], values[i]) @ flat(library.back(gradient))
    np.testing.assert_allclose(claimed, flat(bar) @ want, rtol=2e-5, atol=2e-5, err_msg=f"{text}, reverse")


def of_some(f: Any, values: list[Any], chosen: tuple[int, ...]) -> Any:
    """A function of some of its arguments, the others as they are."""
    if len(chosen) == len(values):
        return f
    params = ", ".join(f"x{i}" for i in chosen)
    space = {"f": f, **{f"x{i}": value for i, value in enumerate(values) if i not in chosen}}
    return defined(f"def g({params}):\n    return f({', '.join(f'x{i}' for i in range(len(values)))})\n", space)["g"]


def defined(source: str, space: dict[str, Any]) -> dict[str, Any]:
    """A namespace in which a text was run, whose lines can be read."""
    filename = f"<table {next(numbers)}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    exec(compile(source, filename, "exec"), space)
    return space


def along(f: Any, values: list[Any], chosen: tuple[int, ...], tangents: list[Any], library: Library) -> Any:
    """The central difference of a function along tangents, as one vector."""
    sides = []
    for sign in (1.0, -1.0):
        moved = list(values)
        for i in chosen:
            step = sign * 1e-6 * nones_as_zeros(tangents[i], values[i])
            moved[i] = rebuild(values[i], flat(values[i]) + step)
        sides.append(flat(library.back(f(*library.placed(moved)))))
    return (sides[0] - sides[1]) / 2e-6


def alike(got: Any, value: Any, library: Library) -> None:
    """A derivative has the structure and shapes of what it belongs to, and lies where that does."""
    if isinstance(value, (list, tuple)):
        assert len(got) == len(value)
        for part, item in zip(got, value):
            alike(part, item, library)
    elif isinstance(value, library.kind):
        if value.dtype.kind in "fc":
            assert isinstance(got, library.kind)
            assert got.shape == value.shape
    elif is_active(value):
        assert np.shape(library.back(got)) == np.shape(value)
