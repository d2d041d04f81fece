"""Functions over every construct of the language, with arguments to call them on.

Each is lowered, printed and executed by `test_frontend_corpus`; results, exceptions and what they said must not change.
"""

# ruff: noqa -- ordinary user code, odd on purpose
from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np

LOG: list = []
CASES: list = []
K = 3.0
STATE = 1


def case(*calls):
    def register(fn):
        CASES.append((fn, calls))
        return fn

    return register


def say(x):
    LOG.append(repr(x))
    return x


def set_state(value):
    global STATE
    LOG.append(("state", value))
    STATE = value
    return value


class Box:
    def __init__(self, value=0):
        self.value = value
        self.items = {}

    def __getitem__(self, key):
        LOG.append(("get", key))
        return self.items.get(key, 10)

    def __setitem__(self, key, value):
        LOG.append(("set", key, value))
        self.items[key] = value

    def __delitem__(self, key):
        LOG.append(("del", key))

    def __enter__(self):
        LOG.append("enter")
        return (self.value, self.value + 1)

    def __exit__(self, *exc):
        LOG.append(("exit", exc[0]))
        return self.value == 7

    def __repr__(self):
        return "Box"

    def add(self, n):
        self.value += n
        return self

    def __format__(self, spec):
        LOG.append(("format", spec))
        return f"<{spec}>"


@dataclass
class Point:
    x: float
    y: float


class Odd:
    __match_args__ = ("a", "b")

    def __init__(self, a):
        self.a = a


A = np.arange(6.0).reshape(2, 3)
V = np.array([1.0, -2.0, 3.0])

# ---------------------------------------------------------------------------------------------- assignment


@case((1,), (2.5,))
def assign_simple(x):
    y = x
    z = y + 1
    return z


@case((1, 2))
def assign_swap(a, b):
    a, b = b, a
    return a, b


@case(((1, (2, 3)),))
def assign_nested(t):
    a, (b, c) = t
    return c, b, a


@case(([1, 2, 3, 4],), ([1],), ([],))
def assign_star(xs):
    a, *b = xs
    *c, d = xs
    return a, b, c, d


@case(([[1, 2, 3], 4],))
def assign_nested_star(xs):
    (a, *b), c = xs
    [d, e, f] = a, b, c
    return d, e, f


@case((3,))
def assign_chained(x):
    a = b = c = x * 2
    return a, b, c


@case((3,))
def assign_chained_mixed(x):
    box = Box()
    i = box[i] = box[say(i + 1)] = x
    return i, box.items


@case((3,))
def assign_chained_unpack(x):
    a = (b, c) = [x, x + 1]
    a.append(1)
    return a, b, c


@case((4,))
def assign_annotated(x):
    y: float = x + 1
    z: int
    b = Box()
    b.value: int = y
    return y, b.value


@case((4,), (0,))
def assign_walrus(x):
    if (y := x * 2) > 3:
        return y
    return -y, (z := y + 1), z


@case((4,))
def walrus_order(x):
    return x + (x := x * 2) + x


@case((4,))
def walrus_in_call(x):
    return max(x, (x := 10), x), [x, (x := 11), x]


@case((1,))
def assign_item_order(i):
    box = Box()
    box[say(i)] = say(i + 1)
    i, box[i] = 5, 6
    box[i], i = 7, 8
    return i, box.items


@case((2,))
def augmented_name(x):
    x += 1
    x *= x
    x -= 0.5
    x /= 2
    x **= 2
    x //= 1
    x %= 7
    return x


@case((6,))
def augmented_bits(x):
    x |= 1
    x &= 5
    x ^= 3
    x <<= 2
    x >>= 1
    return x


@case(([1],))
def augmented_list(xs):
    ys = xs
    ys += [2]
    return xs, ys is xs


@case(())
def augmented_array():
    a = A.copy()
    b = a
    b += 1
    b[0] *= 2
    b[:, 1] -= V[:2]
    b[1, 1:] /= 2
    return a


@case((1,))
def augmented_item_order(i):
    box = Box()
    box[say(i)] += say(2)
    box.value += say(3)
    return box.items, box.value


@case(())
def augmented_item_rebound():
    total = [1]

    def bump():
        total[0] = 100
        return 5

    total[0] += bump()
    box = Box(1)
    box.value += box.add(50).value
    return total, box.value


@case((A,))
def stores(a):
    b = a.copy()
    b[0, 1] = 5.0
    b[1] = 2.0
    b[:, 2] = b[:, 0] + 1
    b[..., 0] = -1
    return b


@case((1,))
def store_attr(x):
    b = Box()
    b.value = x
    b.other = b.value + 1
    return b.value, b.other


@case(())
def attr_targets():
    b = Box()
    b.p, (b.q, b[0]) = 1, (2, 3)
    for b.r in range(3):
        pass
    return b.p, b.q, b.r, b.items


# ---------------------------------------------------------------------------------------------- operators


@case((1.5, 2.0), (3, 4))
def arithmetic(a, b):
    return -a**2 + (-a) ** 2 - (a - (b - a)) / (b / (a * b)) // 1 % 5


@case((6, 3))
def bits(a, b):
    return a & b | a ^ b << 2 >> 1, ~a, +b, (a | b) & 1


@case((1, 2), (2, 1), (2, 2))
def compares(a, b):
    return a < b, a <= b, a > b, a >= b, a == b, a != b, a is b, a is not b, a in (b, 3), a not in [b]


@case((1,), (5,), (20,))
def chains(x):
    return 0 < x < 10, 0 < say(x) <= say(x) < 6, 1 == x != 2


@case((0, 1, 2), (1, 0, 2), (0, 0, 0), (1, 1, 1))
def boolean(a, b, c):
    p = a and b or c
    q = (a or b) and (not c or say(b))
    r = say(a) or say(b) or say(c)
    s = say(a) and say(b) and say(c)
    return p, q, r, s, not a, not (a and b)


@case((1,), (-1,), (0,))
def conditional(x):
    y = "pos" if x > 0 else "neg" if x < 0 else "zero"
    z = (say(1) if x else say(2)) + (say(3) if x > 0 else say(4))
    return y, z


@case((1.0,), (0.0,))
def conditional_raises(x):
    return (1 / x if x else 0.0) + 1


@case((2,))
def precedence(x):
    return (2.0 / x) * x, 2.0 / (x * x), (x + 1) * 2, x - (1 - x), (x**2) ** 3, x ** (2**3), -(x + 1), (-2) ** x


@case((A, A.T))
def matmul(a, b):
    return (a @ b @ a).sum(axis=0), a.T @ (b.T @ a.T)


@case(())
def constants():
    return 1e-30, 0.1, 1e400, -1e400, 2j, -3.5, 1_000_000, b"x\x00", "a'b\"c\n\\", None, True, ..., 10**30


@case(())
def nan_constant():
    return math.isnan(float("nan")), (1).real, 1.5.real, -1 .real, 3j.imag


@case((3,))
def order_of_operands(x):
    return say(x) + say(x + 1) * say(x + 2) - say(x + 3) ** say(2)


@case((3,))
def order_with_attributes(x):
    b = Box(x)
    return b.value + b.add(5).value + b.value, (b.value, b.add(1), b.value)


@case((3,))
def order_of_globals(x):
    set_state(1)
    return STATE + set_state(x) + STATE, [STATE, set_state(7), STATE]


@case(([1, 2],))
def order_of_stars(xs):
    def f(*args, **kw):
        return args, kw

    d = {"a": 1}
    return f(*xs, xs.append(3)), f(**d, b=d.update(a=5)), [*xs, xs.append(4), *xs]


# ---------------------------------------------------------------------------------------------- control flow


@case((1,), (-1,), (0,))
def if_elif(x):
    if x > 0:
        r = "a"
    elif x < 0:
        r = "b"
    else:
        r = "c"
    return r


@case((1,), (5,), (0,))
def if_nested(x):
    if x:
        if x > 2:
            return 1
        y = 2
    else:
        y = 3
        if say(y) == 3:
            y = 4
    return y


@case((5,), (0,))
def for_range(n):
    t = 0
    for i in range(n):
        t += i
    return t


@case((5,))
def for_else(n):
    for i in range(n):
        if i == 3:
            break
    else:
        return "none"
    for i in range(n):
        continue
    else:
        return i


@case(([(1, (2, 3)), (4, (5, 6))],))
def for_tuple(xs):
    out = []
    for i, (a, (b, c)) in enumerate(xs):
        out.append(i * a + b - c)
    for (p, *q), r in [((1, 2, 3), 4)]:
        out.append((p, q, r))
    return out


@case(({"a": 1, "b": 2},))
def for_dict(d):
    t = 0
    for k in d:
        t += d[k]
    for k, v in d.items():
        t += v * len(k)
    for v in reversed(sorted(d.values())):
        t = t * 2 + v
    for a, b in zip(d, map(str, d.values())):
        t += len(a + b)
    return t


@case((10,), (0,))
def while_simple(n):
    t = 0
    while n > 0 and t < 100:
        t += n
        n -= 2
    return t, n


@case((10,), (3,))
def while_head(n):
    xs = list(range(n))
    while (m := len(xs)) > 3:
        xs.pop()
        if m == 5:
            continue
    else:
        m = -m
    return m, xs


@case((10,), (3,))
def while_head_else_break(n):
    while any(say(i) > n for i in range(n + 2)):
        n -= 1
        if n == 5:
            break
    else:
        return "else", n
    return "break", n


@case((10,))
def while_true(n):
    k = 0
    while True:
        k += 1
        if k % 2:
            continue
        if k > n:
            break
    return k


@case((4,))
def loops_nested(n):
    out = []
    for i in range(n):
        for j in range(n):
            if j > i:
                break
            if (i + j) % 2:
                continue
            out.append((i, j))
        else:
            out.append("else")
            continue
        out.append("after")
    return out


@case((3,))
def while_in_else_break(n):
    for i in range(5):
        while any([n > 2]):
            n -= 1
        else:
            break
    return i, n


@case((1,), (0,))
def early_return(x):
    if x:
        return
    return x, "late"


@case((1,))
def falls_off(x):
    x = x + 1


# ---------------------------------------------------------------------------------------------- exceptions


@case((1,), (0,), ("a",))
def try_except(x):
    try:
        y = 1 / x
    except ZeroDivisionError:
        y = "zero"
    except (TypeError, ValueError) as e:
        y = str(e)
    else:
        y = say(y)
    finally:
        say("finally")
    return y


@case((1,), (0,))
def try_return(x):
    try:
        return say(1 / x)
    except Exception:
        return say("err")
    finally:
        say("done")


@case((0,), (5,))
def try_loop(x):
    for i in range(4):
        try:
            if i == x:
                raise KeyError(i)
            if i == 3:
                break
        except KeyError:
            continue
        finally:
            say(i)
    return i


@case((1,))
def reraise(x):
    try:
        raise ValueError("v")
    except ValueError as e:
        try:
            raise
        except ValueError as f:
            raise KeyError(x) from f


@case(())
def bare_except():
    try:
        undefined_name  # noqa: F821, B018
    except:  # noqa: E722
        return "caught"


@case((1,), (-1,))
def raises(x):
    if x < 0:
        raise ValueError(f"bad {x}") from None
    raise RuntimeError


@case((1,), (0,))
def asserts(x):
    assert x
    assert x > 0 and say(x), "positive " + say("m")
    assert not x > 5
    return x


@case((1,), (7,))
def with_items(x):
    with Box(x) as (a, b), Box(b) as t:
        say(a)
        if x == 7:
            raise ValueError
    with Box(3):
        pass
    return a, b, t


@case((1,))
def with_return(x):
    with Box(x) as q:
        return q


# ---------------------------------------------------------------------------------------------- match


@case((1,), (2,), ("a",), (None,), (True,), (3.5,))
def match_values(x):
    match x:
        case 1:
            return "one"
        case "a" | 2:
            return "a or two"
        case None:
            return "none"
        case math.pi:
            return "pi"
        case _:
            return "other"


@case(([1, 2],), ([1, 2, 3],), ((1,),), ([],), ("ab",), ([1, [2, 3], 4],), (np.arange(2),))
def match_sequences(x):
    match x:
        case []:
            return "empty"
        case [a]:
            return a
        case [1, [b, *c], d]:
            return b, c, d
        case [a, b] if a > b:
            return "down"
        case [a, b]:
            return "pair", a, b
        case [_, *rest]:
            return rest
    return "no"


@case(({"a": 1},), ({"a": 2, "b": 3},), ({"b": [1, 2]},), ({},), (5,))
def match_mappings(x):
    match x:
        case {"a": 1}:
            return "a1"
        case {"a": v, **rest}:
            return v, rest
        case {"b": [p, q]}:
            return p + q
        case {}:
            return "any mapping"
    return "no"


@case((Point(0, 1),), (Point(2, 3),), (Point(2, 2),), (3,), (3.5,), (True,), ("s",), (Odd(1),), (Odd(2),))
def match_classes(p):
    match p:
        case Point(0, y):
            return "on axis", y
        case Point(x=x, y=y) if x != y:
            return x, y
        case Point():
            return "diagonal"
        case bool():
            return "bool"
        case int(n) | float(n):
            return "number", n
        case Odd(1, b=q):
            return q
        case Odd(k):
            return k
        case str() as s:
            return s


@case((1,), ((1, 2),), ((2, 1),))
def match_or_captures(x):
    match x:
        case (1, y) | (y, 1):
            return y
        case z:
            return z


@case((3,))
def match_guard_order(x):
    match say(x):
        case y if say(y > 5):
            return "big"
        case y if say(y > 2):
            return "mid", y
    return "small"


# ---------------------------------------------------------------------------------------------- comprehensions


@case((5,), (0,))
def list_comp(n):
    squares = [i * i for i in range(n) if i % 2]
    return squares


@case((4,))
def comps_of_all_kinds(n):
    i = 100
    a = {i % 2 for i in range(n)}
    b = {i: i * i for i in range(n) if i}
    c = sum(i for i in range(n))
    d = [(i, j) for i in range(n) for j in range(i) if (i + j) % 2]
    return a, b, c, d, i


@case(([1, 2, 3],))
def comp_same_name(x):
    x = [x * 2 for x in x if x > 1]
    return [[x + 1 for x in (x, x)] for x in x], x


@case(([3, 1, 2],))
def comp_shadows_global(xs):
    t = [np for np in xs]
    return t, np.sum(xs)


@case(([1, 5, 3],), ([],))
def any_all(xs):
    return any(say(x) > 2 for x in xs), all(say(x) < 4 for x in xs), any(a < b for a in xs for b in xs if a > 1)


@case((3,))
def all_nested(n):
    return all(say(i + j) < 4 for i in range(n) for j in range(n))


@case(([1, 5, 3],), ([0],))
def next_of_generator(xs):
    first = next((x for x in xs if say(x) > 2), None)
    try:
        return first, next(x * 2 for x in xs if x > 4)
    except StopIteration:
        return first, "stop"


@case(([1, 2],))
def generator_values(xs):
    g = (x + 1 for x in xs)
    return next(g), list(g), " ".join(str(x) for x in xs), tuple(x for x in xs), max((x for x in xs), default=0)


@case(([1, 2, 3],))
def comp_walrus(xs):
    total = 0
    partial = [total := total + x for x in xs]
    return partial, total, any((hit := x) > 1 for x in xs), hit


@case((3,))
def comp_lambdas(n):
    fs = [lambda: i for i in range(n)]
    gs = []
    for j in range(2):
        gs += [(lambda y: y + j * 10 + i) for i in range(n)]
    return [f() for f in fs], [g(0) for g in gs]


@case((3,))
def comp_lambda_nested(n):
    return [[f(i) for f in [lambda t: t + k for k in range(n)]] for i in range(2)]


@case(({"a": 1},))
def dict_comp_order(d):
    return {say(k): say(v) for k, v in d.items()}, [a + b for a, b in zip(d, d)]


@case((2,))
def comp_in_condition(n):
    if [i for i in range(n)] and not {i for i in ()}:
        return "yes"
    return sum([j * 2 for j in range(n)]) if n else [0 for _ in range(n)]


@case((2,))
def while_comp(n):
    while sum([i for i in range(n)]) < 20:
        n += 1
    return n


# ---------------------------------------------------------------------------------------------- functions


@case((2,))
def nested_def(x):
    y = x * 2

    def g(z, w=x, *args, k=y, **kw):
        """Doc of g."""
        return z + w + y + k, args, kw

    return g(1), g(1, 2, 3, k=4, m=5), g.__name__, g.__doc__


@case((2,))
def lambdas(x):
    f = lambda a, b=x: a * b + x  # noqa: E731
    return f(1), (lambda: x)(), (lambda *a, **k: (a, k))(1, q=2), sorted([3, 1], key=lambda v: -v), f.__name__


@case((2,))
def nonlocal_counter(n):
    count = 0
    total = n

    def bump(by=1):
        nonlocal count, total
        count += by
        total = total * 2
        return count

    bump()
    bump(5)
    return count + bump() + count, total


@case((2,))
def nonlocal_param(n):
    def g():
        nonlocal n
        n = n + 1
        return n

    g()
    return n + g() * n


@case((3,))
def nonlocal_loop(n):
    out = []

    def reset():
        nonlocal i
        i = -1

    for i in range(n):
        if i == 1:
            reset()
        out.append(i)
    for i, j in [(5, 6)]:
        out.append(i)
    return out


@case((3,))
def nonlocal_deep(n):
    def a():
        def b():
            nonlocal n
            n *= 2
            return n

        return b() + n

    return a() + n


@case((3,))
def nonlocal_unpack(n):
    a = b = 0

    def set_both():
        nonlocal a, b
        a, b = n, n + 1
        (a), [b] = b, [a]

    set_both()
    with Box(a) as (a, q):
        pass
    return a, b, q


@case((5,))
def recursion(n):
    def fact(k):
        return 1 if k <= 1 else k * fact(k - 1)

    return fact(n)


@case((4,))
def global_recursion(n):
    return 1 if n == 0 else n * global_recursion(n - 1)


@case((2,))
def late_binding(x):
    def f():
        return y

    y = x
    a = f()
    y = x + 1
    return a, f()


def twice(f):
    LOG.append("twice")
    return lambda *a: f(*a) * 2


def times(k):
    LOG.append(("times", k))
    return lambda f: lambda *a: f(*a) * k


@case((2,))
def decorated(x):
    @twice
    @times(say(3))
    def f(a):
        return a + x

    @functools.lru_cache(maxsize=None)
    def g(a):
        return say(a)

    return f(1), g(1), g(1)


@case((1, 2), (1, 2, 3))
def starred_calls(*args):
    def f(a, b=5, *rest, c=7, **kw):
        return a, b, rest, c, kw

    d = {"c": 1, "z": 2}
    return f(*args), f(0, *args, c=3), f(*args, **d), f(0, **d), [*args, *d], {**d, "q": 1}, {*args}


@case((1,))
def keyword_only(a, /, b=2, *, c=3, **rest):
    return a, b, c, rest


@case((2,))
def currying(x):
    return (lambda a: lambda b: a - b + x)(1)(2), functools.partial(max, 3)(x)


@case((2,))
def function_arguments(x):
    fs = {"sq": lambda v: v * v, "neg": lambda v: -v}
    return [f(x) for f in fs.values()], fs["sq"](fs["neg"](x)), list(map(lambda t: t + x, [1, 2]))


# ---------------------------------------------------------------------------------------------- the rest


@case((2,))
def imports(x):
    import math as m
    import os.path
    from math import cos, sqrt as root

    import numpy.linalg as la

    return m.floor(2.5), os.path.basename("a/b"), cos(0), root(4), float(la.norm([3.0, 4.0]))


@case((2,))
def import_same(x):
    import os.path as os

    return os.basename("a/b")


@case(({"a": 1, "b": 2},))
def deletes(d):
    d = dict(d)
    del d["a"]
    x = y = Box()
    del x, y.items
    z = [1, 2, 3, 4]
    del z[1:3], z[0]
    try:
        return x
    except UnboundLocalError:
        return d, z, hasattr(y, "items")


@case((3.14159, 8))
def fstrings(x, w):
    b = Box()
    return (
        f"{x:.2f} {x!r} {w:>{w}} {w:>{w}.{1}f} {{}} {'q' + str(x)!s:^10}",
        f"{b:a}{say(1)}{b:b}",
        f"{ {'k': w}['k'] } {[i for i in range(2)]} {(lambda q: q)(w)}",
        f"{x=}",
        f"a'b\"c\n{x}\\",
        f"{chr(10)!r} {'%s' % w}",
        "",
        f"",
    )


@case((A,))
def slices(a):
    i = 1
    return a[0], a[:, 1], a[i:, ::2], a[..., -1], a[None, 0, :], a[:, [0, 2]], a[a > 2], a[i - 1 : i + 1, 0], a[-1], a[()]


@case((A,))
def slice_reuse(a):
    s = slice(1, None)
    t = (slice(None), s)
    return a[t], a[s, 0], [a[k] for k in (0, 1)]


@case((2,))
def displays(x):
    return (), (x,), [], [x, x], {}, {x}, {"a": x, x: "b"}, [(x, [x])], {**{}}


@case((V,))
def numpy_calls(v):
    h = np.tanh(v * 2 + 1)
    s = np.sum(h * h, axis=0, keepdims=True)
    return np.mean((h - v) ** 2) + np.max(v), s, v.sum(), np.linalg.norm(v), v.T.shape


@case((V, V + 1))
def layer(x, y):
    h = np.tanh(x * 2.0 + 1.0)
    return np.mean((h - y) ** 2)


@case((np.linspace(0, 1, 5), 0.1), (np.zeros(4), 1.0))
def relax(u, k):
    total = 0.0
    for step in range(3):
        u = u - k * (u - np.mean(u)) ** 3
        if np.max(u) > 1.0:
            u = u / np.max(u)
        total += np.sum(u * u)
    return total


@case((np.linspace(0, 1, 6),))
def sweep(a):
    u = a.copy()
    for i in range(1, len(u) - 1):
        u[i] = 0.5 * (u[i - 1] + u[i + 1]) * u[i]
    return np.sum(u * u), u


@case((1,))
def prints(x):
    print("x is", x, sep="=")
    say(x)
    x
    "a string statement"
    pass
    return x


@case((1,))
def method_chain(x):
    return Box(x).add(2).add(say(3)).value, "a-b".split("-")[1].upper()


@case((0,))
def lazy_division(x):
    return x != 0 and 1 / x > 1, x == 0 or 1 / x


@case((5,))
def shadowed_builtins(list):
    len = list
    sum = len + 1
    return [q for q in range(sum)], len


@case((2,))
def names_taken(value):
    value_term = value * 3
    value_terms = np.sum(value_term + (value * 2))
    test = value > 1
    if value_term > value + 1:
        test = value_terms * (value + 3)
    return test + value * value_term


@case((2.0,))
def reserved_names(residual):
    turns = residual * 2
    arm = turns + residual * turns
    x_bar = arm * (turns + 1)
    return x_bar


@case((3,))
def deep_expression(x):
    return ((((x + 1) * 2 - x) / 3 + x) ** 2 - (x + (x * (x + (x * (x + 1))))) * say(2)) % 1000


@case((2,))
def long_expression(some_long_argument_name):
    return (
        np.exp(some_long_argument_name * 1.5) * np.sin(some_long_argument_name + 2.5)
        + np.cos(some_long_argument_name - 3.5) * np.tanh(some_long_argument_name / 4.5)
        + say(some_long_argument_name) * say(some_long_argument_name + 1) * np.sqrt(some_long_argument_name)
    )


@case((1, 2), (0, 2), (1, 0))
def long_condition(first_condition_value, second_condition_value):
    return (
        "a very long string that takes much of the line" + str(say(first_condition_value))
        if first_condition_value and second_condition_value and say(second_condition_value) > say(first_condition_value)
        else "another very long string that takes much of the line" + str(say(second_condition_value))
    )


@case(([3, 1, 2],))
def method_on_result(xs):
    xs = list(xs)
    xs.sort()
    xs[0], xs[-1] = xs[-1], xs[0]
    xs.extend(x + 1 for x in xs[:1])
    return xs


@case((2,))
def global_read(x):
    global K
    return x * K


@case((2,))
def conditional_lambda(x):
    f = (lambda v: v + 1) if x > 1 else (lambda v: v - 1)
    g = x > 5 and (lambda: 1) or (lambda: [i for i in range(x)])
    return f(1), g()


@case((2,))
def try_in_loop_with_walrus(n):
    while (n := n + 1) < 6:
        try:
            if n == 4:
                continue
            if n == 5:
                break
        finally:
            say(n)
    return n


@case((np.float64(2.0),))
def newton(x):
    y = x
    for _ in range(20):
        step = (y * y - x) / (2.0 * y)
        y = y - step
        if abs(step) < 1e-12:
            break
    return y


@case((3,))
def tuple_return(x):
    return x, x + 1, (say(x), [x])


@case((1,))
def star_assign_middle(x):
    a, *b[x - 1 :], c = (1, 2, 3, 4) if (b := [0]) else ()
    return a, b, c


@case((1,))
def unpack_error(x):
    a, b = x, x
    a, b = [1, 2, 3]


@case((1,))
def unbound(x):
    if x > 5:
        y = 1
    return y


@case((1,))
def name_error(x):
    return x + not_defined_anywhere  # noqa: F821


@case((5,))
def aug_shared_list(n):
    xs = []

    def add():
        nonlocal xs
        xs += [len(xs)]
        return xs

    ys = xs
    add()
    return ys is xs, xs, add()


@case(({"w": 2.0, "layers": [1.0, 2.0]}, 3.0))
def nested_containers(params, x):
    out = {"y": [params["w"] * x]}
    for i, layer_scale in enumerate(params["layers"]):
        out["y"].append(out["y"][i] * layer_scale)
        out.setdefault("n", []).append(i)
    return out


@case((4,))
def integer_arithmetic(n):
    return n // 3 * 2 % 5, divmod(n, 3), n << 1 | 1, int(n / 3), round(n / 3, 2), pow(n, 2, 7)


@case((1.0,), ("x",))
def nested_try(x):
    try:
        try:
            return x + 1
        except TypeError:
            say("inner")
            raise ValueError("outer") from None
        finally:
            say("f1")
    except ValueError as e:
        return str(e)
    finally:
        say("f2")


@case((1,))
def handler_name_is_deleted(x):
    e = 5
    try:
        raise ValueError
    except ValueError as e:
        pass
    return e


@case((2,))
def default_order(x):
    def f(a=say(x), *, b=say(x + 1), c=say(x + 2)):
        return a, b, c

    return f(), (lambda q=say(9): q)()


@case((2,))
def inner_shadows(x):
    def x_of(x):
        y = x + 1
        return y

    y = 10
    return x_of(3), x, y


@case((2,))
def comp_outer_capture(x):
    fs = {n: (lambda v, n=n: v * n + x) for n in range(3)}
    return [fs[k](2) for k in fs]


@case((3,))
def assign_comp_target(n):
    d = {}
    return [d for d["k"] in range(n)] and d


@case((2,))
def conditional_in_call(x):
    return max(x if x > 1 else 0, say(1), key=lambda v: -v if x else v)


@case((6,))
def collatz(n):
    steps = []
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps.append(n)
    return steps


class Model:
    __secret = 4

    def __init__(self, w):
        self.w = w
        self.__hidden = w * 2

    @case((None, 3))
    def call(self, x):
        self = self or Model(2)
        self.__hidden += 1
        return self.w * x + self.__hidden + Model.__secret


class Child(Model):
    def __init__(self, w):
        super().__init__(w)
        self.kind = __class__.__name__

    def doubled(self):
        return super().call(2) * 2, [super(Child, self).call(k) for k in (1, 2)], __class__
