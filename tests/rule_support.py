"""Runs rules as they stand: makes calls from a rule's cases, evaluates its formulas, differences the function."""

from __future__ import annotations

import ast
import copy
import functools
import math
import random
import zlib
from types import CodeType

import numpy as np

from srcgrad.analysis import shapes
from srcgrad.analysis.extents import Dim
from srcgrad.analysis.kinds import Inert, Known, Num, Ref, Site, Tup
from srcgrad.rules.language import MISSING, names_in
from srcgrad.runtime.words import WORDS, unbroadcast


def target(rule):
    """The callables that an entry serves: its functions, its method, its attribute."""
    found = [(getattr(f, "__name__", "f"), repeatable(f)) for f in rule.functions]
    for name in rule.methods:
        found.append((f".{name}()", lambda self, *args, _n=name, **kw: getattr(self, _n)(*args, **kw)))
    if rule.attribute:
        found.append((f".{rule.attribute}", lambda self: getattr(self, rule.attribute)))
    return found


def repeatable(function):
    """A draw of random numbers that draws the same in every call; other functions as they are."""
    owner = getattr(function, "__self__", None)
    if isinstance(owner, np.random.RandomState):

        def seeded(*args, **kwargs):
            return getattr(np.random.RandomState(5), function.__name__)(*args, **kwargs)

        return seeded
    if isinstance(owner, random.Random):

        def seeded(*args, **kwargs):
            return getattr(random.Random(5), function.__name__)(*args, **kwargs)

        return seeded
    if getattr(function, "__qualname__", "").startswith(("Generator.", "RandomState.")):
        return lambda self, *args, **kwargs: getattr(copy.deepcopy(self), function.__name__)(*args, **kwargs)
    return function


class Call:
    """One call: positional arguments, keywords, and the function."""

    def __init__(self, function, args, kwargs):
        self.function, self.args, self.kwargs = function, list(args), kwargs


def _makers(rule, salt, bits=64):
    rng = np.random.default_rng(zlib.crc32(f"{rule.name}{salt}".encode()))
    real = np.float64 if bits == 64 else np.float32

    def draw(shape, low=-2.0, high=2.0):
        return rng.uniform(low, high, shape).astype(real)

    def regular(*shape):
        n = shape[-1]
        return draw((*shape, n)) + 3.0 * np.eye(n, dtype=real)

    def positive(*shape):
        a = regular(*shape)
        return a @ np.swapaxes(a, -1, -2)

    def number():
        return float(rng.uniform(0.2, 2.0))

    return draw, {
        "A": lambda *shape: draw(shape),
        "C": lambda *shape: draw(shape) + 1j * draw(shape),
        "R": regular,
        "P": positive,
        "S": number,
        "np": np,
        "math": math,
    }


ELEMENT_SHAPES = {1: [((3,),), ((2, 3),), ((),), ((0,),), ((1,),)],
                  2: [((3,), (3,)), ((2, 3), (3,)), ((3, 1), (1, 4)), ((), (2,)), ((1,), (3,)), ((0, 3), (3,)),
                      ((2, 1, 3), (4, 1)), ("float", (3,)), ((3,), "float"), ("float", "float")]}  # fmt: skip


def calls(rule, function, bits=64):
    """The test calls of a rule: its cases, and for elementwise rules its domain over broadcasting shapes."""
    for text in rule.cases:
        if bits == 32 and "C(" in text:
            continue
        if function.__name__ == "<lambda>" and text.startswith(("f(S(", "f([")):
            continue
        made = []
        _, names = _makers(rule, text, bits)
        eval(text, {**names, "f": lambda *a, **k: made.append(Call(function, a, k))})
        yield text, made[0]
    formulas = [p for p in rule.params if p.name in rule.formulas]
    only_cases = rule.cases and (rule.domain is None and rule.name not in ("absolute", "conjugate", "add"))
    if rule.cls != "elementwise" or only_cases:
        return
    count = len(formulas)
    domains = rule.domain or ((-2.0, 2.0),) * count
    if not isinstance(domains[0], tuple):
        domains = (domains,) * count
    scalar_only = function.__class__.__module__ == "builtins" and getattr(function, "__module__", "") == "math"
    shapes_tried = ELEMENT_SHAPES[count] if not scalar_only and function is not float else [("float",) * count]
    for combination in shapes_tried:
        draw, _ = _makers(rule, str(combination), bits)
        args = [float(draw((), *d)) if s == "float" else draw(s, *d) for s, d in zip(combination, domains)]
        if getattr(rule.kind, "__name__", "") and rule.methods and combination[0] == "float":
            continue
        yield str(combination), Call(function, args, {})


@functools.cache
def _compiled(rule) -> tuple[list[tuple[str, CodeType]], dict[str, CodeType]]:
    def code(expr):
        return compile(ast.fix_missing_locations(ast.Expression(expr)), f"<rule {rule.name}>", "eval")

    return [(n, code(e)) for n, e in rule.lets], {n: code(e) for n, e in rule.formulas.items()}


def contributions(rule, call, g):
    """The cotangent of every parameter with a formula, by the rule's own text."""
    bound = rule.bind(tuple(call.args), call.kwargs)
    env = {**WORDS, "np": np, "math": math, "g": g}
    for p in rule.params:
        if p.name in bound:
            env[p.name] = bound[p.name]
        elif p.default is not MISSING:
            env[p.name] = p.default
    if rule.uses_y:
        env["y"] = call.function(*call.args, **call.kwargs)
    lets, formulas = _compiled(rule)
    with np.errstate(all="ignore"):
        for name, code in lets:
            env[name] = eval(code, env)
        result = {}
        for name, code in formulas.items():
            if name not in bound or not is_active(bound[name]):
                continue
            value = eval(code, env)
            x = bound[name]
            if name in rule.partial:
                turned = rule.holomorphic and (np.iscomplexobj(x) or np.iscomplexobj(g))
                value = g * (np.conj(value) if turned else value)
            result[name] = match(value, x)
    return bound, result


def tangent(rule, call, dots):
    """The tangent of the result by the line of `y_dot`; `dots` has tangents by parameter name."""
    bound = rule.bind(tuple(call.args), call.kwargs)
    env = {**WORDS, "np": np, "math": math, "y": call.function(*call.args, **call.kwargs)}
    for p in rule.params:
        if p.name in bound:
            env[p.name] = bound[p.name]
        elif p.default is not MISSING:
            env[p.name] = p.default
        x = env.get(p.name)
        zero = [None] * len(x) if isinstance(x, (list, tuple)) else np.zeros_like(x) if is_active(x) else 0.0
        env[f"{p.name}_dot"] = dots.get(p.name, zero)
    with np.errstate(all="ignore"):
        mentions = dict(rule.lets)
        for name in _needed(rule.tangent, mentions):
            env[name] = _evaluated(mentions[name], env)
        return bound, _evaluated(rule.tangent, env)


def _needed(formula, lets):
    """The shared names that a formula needs, each after those that it needs itself."""
    found = []
    for name in sorted(names_in(formula) & set(lets)):
        found += [*_needed(lets[name], lets), name]
    return list(dict.fromkeys(found))


def _evaluated(formula, env):
    return eval(compile(ast.fix_missing_locations(ast.Expression(formula)), "<rule>", "eval"), env)


def match(value, x):
    """A cotangent in the structure and shapes of `x`, as an emitter finishes it."""
    if isinstance(x, (list, tuple)) and isinstance(value, (list, tuple)):
        assert len(value) == len(x)
        return [match(v, item) for v, item in zip(value, x)]
    value = unbroadcast(value, x)
    return value + 0j if np.iscomplexobj(x) and not np.iscomplexobj(value) else value


def flat(value):
    """Every number of a nested value as one float vector (real and imaginary parts)."""
    if value is None or isinstance(value, bool):
        return np.zeros(0)
    if isinstance(value, (list, tuple)):
        return np.concatenate([np.zeros(0), *map(flat, value)])
    value = np.ravel(np.asarray(value))
    if np.iscomplexobj(value):
        return np.concatenate([value.real, value.imag]).astype(float)
    return value.astype(float)


def rebuild(x, values):
    """`x` with its numbers replaced by those of a float vector."""
    if isinstance(x, (list, tuple)):
        items = []
        for item in x:
            n = flat(item).size
            items.append(rebuild(item, values[:n]))
            values = values[n:]
        return type(x)(items)
    if isinstance(x, bool):
        return x
    if np.iscomplexobj(x):
        values = values[: values.size // 2] + 1j * values[values.size // 2 :]
    shaped = np.reshape(values, np.shape(x))
    if isinstance(x, np.ndarray):  # in the same order of memory
        result = np.empty_like(x, dtype=shaped.dtype)
        result[...] = shaped
        return result
    return shaped[()].item()


def is_active(x):
    """Whether an argument can carry a derivative."""
    if isinstance(x, (list, tuple)):
        return any(map(is_active, x))
    return isinstance(x, (float, complex)) or (isinstance(x, np.ndarray) and x.dtype.kind in "fc")


def numeric(rule, call, bound, name, weights, eps=1e-6):
    """The gradient of `sum(weights * result)` with respect to a parameter, by central differences."""
    x = bound[name]
    start = flat(x)

    def value(numbers):
        changed = dict(bound)
        changed[name] = rebuild(x, numbers)
        return float(np.dot(flat(invoke(rule, call, changed)), weights))

    result = np.zeros(start.size)
    for i in range(start.size):
        up, down = start.copy(), start.copy()
        up[i] += eps
        down[i] -= eps
        result[i] = (value(up) - value(down)) / (2 * eps)
    return result


def invoke(rule, call, bound):
    """The function called with bound parameters."""
    args, kwargs = [], {}
    reverse = {v: k for k, v in rule.aliases.items()}
    for p in rule.params:
        if p.name not in bound:
            continue
        if p.kind == "var":
            args.extend(bound[p.name])
        elif p.kind == "kwonly" or (len([q for q in rule.params if q.name in bound]) and _gap(rule, bound, p)):
            key = p.name if p.name in call.kwargs else reverse.get(p.name, p.name)
            kwargs[key] = bound[p.name]
        else:
            args.append(bound[p.name])
    return call.function(*args, **kwargs)


def _gap(rule, bound, param):
    """Whether a parameter before `param` was left out."""
    for p in rule.params:
        if p.name == param.name:
            return False
        if p.name not in bound:
            return True
    return False


def kind_of(value):
    """The kind that the entry of a call gives to an argument: extents as unknown as they may be."""
    if isinstance(value, bool) or value is None or isinstance(value, (str, slice, type, np.dtype)):
        return Known(value)
    if isinstance(value, (int, float, complex)) and not isinstance(value, np.generic):
        return Num((), np.dtype(type(value)), "py", isinstance(value, float))
    if isinstance(value, np.generic):
        return Num((), value.dtype, "np", True)
    if isinstance(value, np.ndarray):
        axes = tuple(1 if n == 1 else Dim.new(not_one=True) for n in value.shape)
        return Num(axes, value.dtype, "array", value.dtype.kind in "fc")
    if isinstance(value, tuple):
        return Tup(tuple(map(kind_of, value)))
    if isinstance(value, list):
        items = [kind_of(v) for v in value]
        return Ref(Site(list, dict(enumerate(items)), items[0] if items else None))
    if isinstance(value, (np.random.Generator, np.random.RandomState)):
        return Inert(type(value))
    return Known(value)


def literal_kind(value):
    """The kind of an argument whose static parts (ints, tuples of ints) are written in the program."""
    if isinstance(value, int) or (isinstance(value, tuple) and all(isinstance(v, int) for v in value)):
        return Known(value)
    return kind_of(value)


__all__ = [
    "Call",
    "calls",
    "contributions",
    "flat",
    "is_active",
    "kind_of",
    "literal_kind",
    "numeric",
    "shapes",
    "tangent",
    "target",
]
