"""Functions that write into the arguments of their callers, and recursion that writes."""

from collections import deque

import numpy as np

from programs.data import array

# ------------------------------------------------------------------------------------------------ callees that write


def scale_in_place(a, factor):
    a *= factor


def set_element(a, i, value):
    a[i] = value


def accumulate(a, b):
    a[: len(b)] += b
    return a


def callee_scales(v):
    w = v * v
    scale_in_place(w, v[0])
    scale_in_place(w[1:], 2.0)
    return np.sum(w * v)


def callee_scales_the_argument(v):
    scale_in_place(v, 3.0)
    scale_in_place(v, v[1])
    return np.sum(v**2)


def callee_sets_elements(v):
    w = np.zeros(3)
    for i in range(3):
        set_element(w, i, v[i] ** 2)
        set_element(w[:2], 0, w[1] + v[0])
    return np.sum(w**2)


def callee_returns_what_it_wrote(v):
    w = v * 1.0
    same = accumulate(w, v[:2] * v[1:])
    same[0] = 2.0 * w[1]
    accumulate(same, same)
    return np.sum(w**2)


def callee_of_a_callee(v):
    def inner(a):
        a[0] = a[1] * a[2]

    def outer(a, b):
        inner(a)
        b[:] = a
        inner(b)

    w, u = v * v, np.zeros(3)
    outer(w, u)
    return np.sum(w * u * v)


def callee_given_one_array_twice(v):
    def mix(a, b):
        a += b
        b *= 2.0
        return np.sum(a)

    w = v * v
    total = mix(w, w)
    return total + np.sum(w * v)


def callee_given_overlapping_views(v):
    def mix(a, b):
        a[:] = b * 2.0
        b += 1.0

    w = v * v
    mix(w[:-1], w[1:])
    return np.sum(w * v)


def callee_given_rows_or_arrays(m):
    w = m * 1.0
    extra = np.ones(3)
    for target in (w[0], extra, w[1]):
        accumulate(target, m[0])
        scale_in_place(target, 1.5)
    return np.sum(w**2) + np.sum(extra**3)


def callee_reads_what_caller_wrote(v):
    def energy(a):
        return np.sum(a**2)

    w = v * 1.0
    total = 0.0
    for i in range(3):
        w[i] *= w[i - 1]
        total += energy(w) * (i + 1)
    return total


def callee_fills_a_buffer(v):
    def square_into(a, out):
        for i in range(len(a)):
            out[i] = a[i] ** 2

    buffer = np.empty(3)
    total = 0.0
    for k in range(3):
        square_into(v * (k + 1), buffer)
        total += np.sum(buffer * v)
        square_into(buffer, buffer)
    return total + np.sum(buffer)


def callee_may_not_write(v, n):
    def maybe(a, k):
        if k < 2:
            return 0.0
        a[k % 3] = a[0] ** 2
        return a[1]

    w = v * 1.0
    total = 0.0
    for k in range(n):
        total += maybe(w, k)
    return total + np.sum(w**2 * v)


def callee_raises_after_writing(v):
    def strict(a):
        a[0] = a[1] ** 2
        if a[0] > 0.2:
            raise ValueError
        a[1] = 0.5

    w = v * 1.0
    for k in range(3):
        try:
            strict(w)
        except ValueError:
            w *= 0.7
    return np.sum(w**2)


def callee_overwrites_residual_of_caller(v):
    w = v * 1.0
    y = w * w
    z = np.exp(y)
    scale_in_place(y, 0.0)
    scale_in_place(z, v)
    set_element(w, slice(None), 1.0)
    return np.sum(z) + np.sum(y) + np.sum(w)


def function_chosen_by_value(v, names):
    table = {"scale": lambda a: scale_in_place(a, v[0]), "set": lambda a: set_element(a, 1, v[2] ** 2)}
    w = v * v
    for name in names:
        table[name](w)
    return np.sum(w * v)


def mapped_writer(m):
    def centre(row):
        row -= row.mean()
        return row[0]

    w = m * m
    firsts = list(map(centre, w))
    return np.sum(w * m) + firsts[0] * firsts[1]


def closure_writes(v):
    history = np.zeros(4)
    position = 0

    def log(x):
        nonlocal position
        history[position] = x
        position += 1

    for x in v:
        log(x**2)
    log(history[0] * history[1])
    return np.sum(history**2)


def generator_of_writes(v):
    w = v * 1.0

    def writes():
        for i in range(3):
            w[i] *= w[i - 1]
            yield w[i]

    return sum([x * x for x in writes()]) + np.sum(w)


# --------------------------------------------------------------------------------------------------------- recursion


def recursive_halves(v):
    def sweep(a):
        if len(a) == 1:
            a[0] = np.sin(a[0])
            return
        middle = len(a) // 2
        sweep(a[:middle])
        sweep(a[middle:])
        a[middle:] += a[:middle].sum()

    w = v * 1.0
    sweep(w)
    return np.sum(w**2)


def recursive_transform(v):
    def transform(a):
        n = len(a)
        if n == 1:
            return
        even, odd = a[::2].copy(), a[1::2].copy()
        transform(even)
        transform(odd)
        a[: n // 2] = even + odd
        a[n // 2 :] = (even - odd) * 0.7

    w = v * 1.0
    transform(w)
    return np.sum(w**3)


def recursive_determinant(m):
    columns = list(range(m.shape[0]))

    def minor(row):
        if row == m.shape[0]:
            return 1.0
        total, sign = 0.0, 1.0
        for k in range(len(columns)):
            column = columns.pop(k)
            total = total + sign * m[row, column] * minor(row + 1)
            columns.insert(k, column)
            sign = -sign
        return total

    return minor(0)


def recursive_permanent(m):
    chosen = []

    def extend(row, product):
        if row == m.shape[0]:
            return product
        total = 0.0
        for column in range(m.shape[1]):
            if column in chosen:
                continue
            chosen.append(column)
            total = total + extend(row + 1, product * m[row, column])
            chosen.pop()
        return total

    return extend(0, 1.0)


def recursion_swaps_indices(m):
    order = np.arange(m.shape[0])

    def visit(k):
        if k == len(order):
            return np.prod(m[np.arange(len(order)), order])
        total = 0.0
        for i in range(k, len(order)):
            order[k], order[i] = order[i], order[k]
            total = total + visit(k + 1)
            order[k], order[i] = order[i], order[k]
        return total

    return visit(0)


def recursion_writes_and_restores(v):
    def best(a, depth):
        if depth == 0:
            return np.sum(a**2)
        total = 0.0
        for i in range(len(a)):
            kept = a[i]
            a[i] = kept * v[i] + 0.5
            total = total + best(a, depth - 1)
            a[i] = kept
        return total

    return best(v * 1.0, 2)


def recursion_sorts(v):
    def quick(a, low, high):
        if low >= high:
            return
        pivot, place = a[high], low
        for i in range(low, high):
            if a[i] < pivot:
                a[i], a[place] = a[place], a[i]
                place += 1
        a[place], a[high] = a[high], a[place]
        quick(a, low, place - 1)
        quick(a, place + 1, high)

    w = v * v[::-1] + v
    quick(w, 0, len(w) - 1)
    return np.sum(w * np.arange(len(w)))


# ------------------------------------------------------- what a callee remembers, written by what is seen when it runs


def exponential(a):
    e = np.exp(a)
    return e


def squared(a):
    return a * a


def squares_in(table):
    return table["a"] * table["a"]


def result_of_unknown_kind_written(v):
    waiting = deque([v, np.sin(v)])
    e = exponential(waiting.popleft())
    e += waiting.popleft()
    return e


def result_written_by_what_came_back(v):
    e = exponential(v)
    found = deque([e]).popleft()
    found += v
    return e


def argument_of_unknown_kind_written(v):
    w = deque([v]).popleft() * 1.0
    s = squared(w)
    w += 1.0
    return s * w


def held_argument_written(v):
    w = deque([v]).popleft() * 1.0
    s = squares_in({"a": w})
    w *= 2.0
    return s * w


def captured_array_written(v):
    w = deque([v]).popleft() * 1.0

    def times(a):
        return w * a

    s = times(deque([v]).popleft())
    w += 1.0
    return s * w


def held_result_written(v):
    e = {"e": exponential(deque([v]).popleft())}["e"]
    e += 1.0
    return e * v


def result_in_a_list_written(v):
    items = [exponential(a) for a in deque([v, np.sin(v)])]
    items[0] += items[1]
    return items[0]


V, M, Q = array(3), array(2, 3), array(3, 3)
CASES = [
    *[(f, (V,), None) for f in (
        result_of_unknown_kind_written, result_written_by_what_came_back, argument_of_unknown_kind_written,
        held_argument_written, captured_array_written, held_result_written, result_in_a_list_written,
    )],
    *[(f, (V,), None) for f in (
        callee_scales, callee_scales_the_argument, callee_sets_elements, callee_returns_what_it_wrote,
        callee_of_a_callee, callee_given_one_array_twice, callee_given_overlapping_views,
        callee_reads_what_caller_wrote, callee_fills_a_buffer, callee_raises_after_writing,
        callee_overwrites_residual_of_caller, closure_writes, generator_of_writes, recursion_writes_and_restores,
    )],
    *[(f, (M,), None) for f in (callee_given_rows_or_arrays, mapped_writer)],
    *[(callee_may_not_write, (V, n), 0) for n in (0, 2, 4)],
    *[(function_chosen_by_value, (V, names), 0) for names in ((), ("set",), ("scale", "set", "scale"))],
    *[(recursive_halves, (array(n),), None) for n in (1, 5)],
    (recursive_transform, (array(8),), None),
    *[(f, (Q,), None) for f in (recursive_determinant, recursive_permanent, recursion_swaps_indices)],
    (recursive_determinant, (Q[:1, :1],), None),
    (recursion_sorts, (array(7),), None),
]  # fmt: skip
