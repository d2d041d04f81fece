"""match with every kind of pattern."""

from dataclasses import dataclass

import numpy as np

from programs.data import array


@dataclass
class Circle:
    radius: float


@dataclass
class Box:
    width: float
    height: float


class Kinds:
    SQUARE = "square"
    CUBE = "cube"


def literals(x, mode):
    match mode:
        case 0:
            return x
        case 1 | 2:
            return x * x
        case "exp":
            return np.exp(x)
        case None:
            return x**3
        case True:
            return -x
        case _:
            return np.sin(x)


def captures_value(x, item):
    match item:
        case 0:
            y = x
        case k:
            y = x * k
    return y * x


def value_patterns(x, name):
    match name:
        case Kinds.SQUARE:
            y = x * x
        case Kinds.CUBE:
            y = x**3
        case _:
            y = x
    return y + 1.0


def sequences(items):
    match items:
        case []:
            return 0.0
        case [a]:
            return a * a
        case [a, b]:
            return a * b
        case [a, *rest]:
            return a * sum(rest)


def sequences_with_stars_inside(items):
    match items:
        case (first, *_, last) if first < last:
            return first * last
        case (first, *middle):
            return first - sum(middle) ** 2


def nested_sequences(tree):
    match tree:
        case [[a, b], c]:
            return a * b + c
        case [a, [b, c]]:
            return a * b * c


def mappings(options):
    match options:
        case {"kind": "line", "slope": k, "at": t}:
            return k * t
        case {"kind": "power", "base": b, **rest}:
            return b ** rest.get("exponent", 2.0)
        case {}:
            return 0.0


def mapping_of_arrays(params):
    match params:
        case {"w": w, "b": b}:
            return np.sum(w * w) * b
        case {"w": w}:
            return np.sum(w)


def classes(shape):
    match shape:
        case Circle(radius=r):
            return np.pi * r * r
        case Box(width, height) if width > height:
            return width * height
        case Box(width=w):
            return w**3


def builtin_classes(x):
    match x:
        case float(y):
            return y * y
        case np.ndarray():
            return np.sum(x * x)
        case [*items]:
            return sum(items)


def guards(x):
    match x:
        case t if t > 1.0:
            return t * t
        case t if t > 0.0:
            return np.sin(t)
        case t:
            return np.exp(t)


def as_patterns(items):
    match items:
        case [float() | int() as a, (b, _) as pair]:
            return a * b + pair[1]
        case whole:
            return whole[0]


def or_patterns_with_capture(items):
    match items:
        case ["double", v] | [v, "double"]:
            return 2.0 * v * v
        case [_, v]:
            return v


def in_a_loop(x, program):
    stack = [x]
    for instruction in program:
        match instruction:
            case ("push", value):
                stack.append(value * x)
            case ("mul",):
                stack.append(stack.pop() * stack.pop())
            case ("add",):
                stack.append(stack.pop() + stack.pop())
            case ("halt",):
                break
    return stack[-1]


def no_case_matches(x, mode):
    y = x
    match mode:
        case 1:
            y = x * x
        case 2:
            y = x**3
    return y * 2.0


def on_tuple_of_tests(x, y):
    match (x > 0.0, y > 0.0):
        case (True, True):
            return x * y
        case (True, False):
            return x - y * y
        case (False, _):
            return x * x + y


CASES = [
    *[(literals, (0.6, mode), 0) for mode in (0, 1, 2, "exp", None, "other")],
    *[(captures_value, (0.6, item), 0) for item in (0, 3)],
    *[(value_patterns, (0.6, name), 0) for name in ("square", "cube", "none")],
    *[(sequences, (items,), None) for items in ([0.2], [0.2, 0.3], [0.2, 0.3, 0.4])],
    *[(sequences_with_stars_inside, (items,), None) for items in ((0.2, 0.5, 0.9), (0.9, 0.2, 0.3))],
    *[(nested_sequences, (tree,), None) for tree in ([[0.2, 0.3], 0.4], [0.2, [0.3, 0.4]])],
    (mappings, ({"kind": "line", "slope": 0.4, "at": 0.6},), None),
    (mappings, ({"kind": "power", "base": 0.4},), None),
    (mappings, ({"kind": "power", "base": 0.4, "exponent": 0.6},), None),
    *[(mapping_of_arrays, (params,), None) for params in ({"w": array(2), "b": 0.3}, {"w": array(2)})],
    *[(classes, (shape,), None) for shape in (Circle(0.5), Box(0.6, 0.3), Box(0.3, 0.6))],
    *[(builtin_classes, (x,), None) for x in (0.6, array(3), [0.2, 0.3])],
    *[(guards, (x,), None) for x in (1.6, 0.6, -0.6)],
    *[(as_patterns, (items,), None) for items in ([0.5, (0.2, 0.3)], [0.5])],
    *[(or_patterns_with_capture, (items,), None) for items in (["double", 0.3], [0.3, "double"], ["x", 0.3])],
    (in_a_loop, (0.6, [("push", 2.0), ("mul",), ("push", 3.0), ("add",)]), 0),
    (in_a_loop, (0.6, [("push", 2.0), ("halt",), ("mul",)]), 0),
    *[(no_case_matches, (0.6, mode), 0) for mode in (1, 2, 3)],
    *[(on_tuple_of_tests, (x, y), None) for x, y in ((0.5, 0.4), (0.5, -0.4), (-0.5, 0.4))],
]
