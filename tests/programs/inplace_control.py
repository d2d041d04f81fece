"""Stores in loops, branches and `try`, and into arrays of unusual types and sizes."""

import numpy as np

from programs.data import array, positive

# -------------------------------------------------------------------------------------------- loops, branches, exits


def filled_by_loop(v):
    w = np.empty(len(v))
    for i in range(len(v)):
        w[i] = v[i] * v[i - 1]
    return np.sum(w**2)


def filled_by_two_loops(m):
    w = np.empty(m.shape)
    for i in range(m.shape[0]):
        for j in range(m.shape[1]):
            w[i, j] = np.sin(m[i, j]) * m[i, 0]
    return np.sum(w * m)


def triangle_of_stores(q):
    w = np.zeros_like(q)
    for i in range(3):
        for j in range(i):
            w[i, j] = q[j, i] * w[i - 1, j] + q[i, j]
        w[i, i] = 1.0 + np.sum(w[i, :i])
    return np.sum(w**2)


def counted_down(v):
    w = v.copy()
    for i in range(len(v) - 2, -1, -1):
        w[i] += 0.5 * w[i + 1] * v[i]
    return np.sum(w**2)


def stepped_loop(v):
    w = v.copy()
    for i in range(0, len(v) - 1, 2):
        w[i], w[i + 1] = w[i + 1] * w[i], w[i]
    return np.sum(w * np.arange(1.0, 7.0))


def loop_that_may_not_run(v, n):
    w = np.zeros(3)
    for i in range(n):
        w[i] = v[i] ** 2
    w[0] += v[3]
    return np.sum(w**2)


def loop_over_empty_array(v):
    w = v * 1.0
    for i in range(v.size):
        w[i] *= w[i]
    return np.sum(w) + np.sum(w[:0] * 2.0)


def while_loop_of_stores(v, stop):
    w = v * v
    i = 0
    while i < len(w) - 1 and w[i] < stop:
        w[i + 1] += w[i]
        i += 1
    return np.sum(w * v) + i


def loop_with_break(v):
    w = np.zeros(6)
    for i in range(6):
        if v[i] > 0.9:
            break
        w[i] = v[i] ** 2
        if i > 0:
            w[i - 1] *= w[i]
    else:
        w[0] = 10.0 * v[0]
    return np.sum(w) + np.sum(w**2)


def loop_with_continue(v):
    w = v * 1.0
    for i in range(1, 6):
        w[i] += w[i - 1]
        if v[i] < 0.0:
            continue
        w[i] = np.sin(w[i])
        if i == 4:
            continue
        w[0] *= 1.1
    return np.sum(w**2)


def early_return(v, limit):
    w = np.zeros(6)
    for i in range(6):
        w[i] = v[i] * 2.0
        if i == limit:
            return np.sum(w**2) * v[0]
        w[i] *= w[i]
    return np.sum(w)


def store_in_one_arm(v, x):
    w = v * v
    if x > 0.0:
        w[0] = x
    elif x > -1.0:
        w[1:] *= x
    else:
        w = np.zeros(6)
        w[2] = x * v[2]
    return np.sum(w**2)


def arms_in_a_loop(v, n):
    w = np.ones(3)
    for k in range(n):
        i = k % 3
        if k % 2:
            w[i] *= v[i]
        elif v[i] > 0.0:
            w[i] += v[i] ** 2
        w += 0.1 * v[:3]
    return np.sum(w**2 * v[3:])


def conditional_target(v, flag):
    w, u = v[:3] * 1.0, v[3:] * 2.0
    target = w if flag else u
    target[1] = v[0] * v[1]
    target += w
    return np.sum(w**2) + np.sum(u**3)


def store_in_try(v, n):
    w = v * 1.0
    try:
        w[0] *= w[1]
        w[n] = v[2] ** 2
        w[2] += w[0]
    except IndexError:
        w[3] = w[0] ** 2
    finally:
        w[4] += 1.0
    return np.sum(w**2)


def store_undone_by_handler(v, bad):
    w = v * v
    saved = w.copy()
    for i in range(3):
        try:
            w[i] = v[i] ** 3
            if i == bad:
                raise ValueError
            w[i + 1] += w[i]
        except ValueError:
            w[:] = saved
    return np.sum(w**2)


def buffer_reused_by_turns(v):
    buffer = np.empty(3)
    total = 0.0
    for i in range(4):
        buffer[:] = v[i : i + 3] if i < 4 else 0.0
        buffer[1:] *= buffer[:-1]
        buffer -= v[0]
        total += np.sum(buffer**2)
    return total


def buffer_made_anew_in_loop(v):
    total = 0.0
    for i in range(3):
        buffer = np.zeros(3)
        buffer[i] = v[i] ** 2
        buffer[i - 1] += v[i + 1]
        total += buffer @ v[:3]
    return total


def buffer_replaced_under_condition(v):
    w = np.zeros(3)
    for i in range(5):
        w[i % 3] += v[i] ** 2
        if i == 2:
            kept = w
            w = w * v[:3]
    return np.sum(w**2) + np.sum(kept)


def element_as_loop_state(v):
    state = np.zeros(2)
    state[0] = 1.0
    for x in v:
        state[1] = np.sin(state[0] * x)
        state[0] += 0.5 * state[1]
    return state[0] * state[1]


def nested_loops_with_restart(v):
    row = np.zeros(4)
    total = 0.0
    for i in range(3):
        row[0] = v[i]
        for j in range(1, 4):
            row[j] = row[j - 1] * v[j] + row[j]
        total += row[3]
    return total + np.sum(row)


def comprehension_over_stored(v):
    w = np.zeros(3)
    for i in range(3):
        w[i] = v[i] ** 2
    parts = [w[i] * v[i + 1] for i in range(3)]
    w[:] = parts
    return np.sum(w) + sum(parts)


# ----------------------------------------------------------------------------------------------------- other types


def single_precision(v):
    w = np.zeros_like(v)
    w[1:] = v[:-1] * v[1:]
    w[0] = 1.0
    w *= v
    w[::2] += np.float32(0.5)
    return np.sum(w * w)


def empty_arrays(v):
    w = np.empty_like(v)
    w[:] = v * 2.0
    w[0:0] = 1.0
    w += v
    return np.sum(w) + 1.0


def one_element_array(v):
    w = v * 1.0
    w[0] = w[0] ** 2
    w[-1] += v[0]
    w[:] *= v
    return np.sum(w**2)


def complex_buffer(v):
    z = np.zeros(3, dtype=complex)
    z[0] = v[0] + 1j * v[1]
    z[1:] = v[2:4]
    z *= z
    z[2] -= 1j * v[4]
    return np.sum(np.abs(z) ** 2) + np.sum(z.imag * v[:3])


def complex_argument(z):
    w = z * z
    w[1] = z[0] * 1j
    w[0] *= np.conj(w[1])
    return np.sum(np.abs(w) ** 2)


def integer_bookkeeping(v):
    order = np.arange(6)
    for i in range(5):
        if v[order[i]] > v[order[i + 1]]:
            order[i], order[i + 1] = order[i + 1], order[i]
    w = v[order]
    order[:] = 0
    w[0] = w[1] * w[2]
    return np.sum(w * np.arange(6.0)) + v[order[0]]


V, M, Q = array(6), array(2, 3), array(3, 3)
CASES = [
    *[(f, (V,), None) for f in (
        filled_by_loop, counted_down, stepped_loop, loop_with_break, loop_with_continue, buffer_reused_by_turns,
        buffer_made_anew_in_loop, buffer_replaced_under_condition, element_as_loop_state, nested_loops_with_restart,
        comprehension_over_stored, complex_buffer, integer_bookkeeping,
    )],
    (filled_by_two_loops, (M,), None),
    (triangle_of_stores, (Q,), None),
    (loop_with_break, (V * 0.5,), None),
    (loop_with_break, (np.array([0.5, 0.1, 0.2, 0.95, 0.4, 0.3]),), None),
    (loop_with_continue, (-V,), None),
    *[(loop_that_may_not_run, (V, n), 0) for n in (0, 1, 3)],
    *[(loop_over_empty_array, (a,), None) for a in (V, V[:1], V[:0])],
    *[(while_loop_of_stores, (V, stop), 0) for stop in (-1.0, 0.6, 100.0)],
    *[(early_return, (V, limit), 0) for limit in (0, 3, 9)],
    *[(store_in_one_arm, (V, x), None) for x in (0.5, -0.5, -1.5)],
    *[(arms_in_a_loop, (V, n), 0) for n in (0, 1, 5)],
    *[(conditional_target, (V, flag), 0) for flag in (True, False)],
    *[(store_in_try, (V, n), 0) for n in (1, 6, -1)],
    *[(store_undone_by_handler, (V, bad), 0) for bad in (-1, 0, 2)],
    (single_precision, (positive(6).astype(np.float32),), None),
    *[(empty_arrays, (a,), None) for a in (np.zeros(0), np.zeros((0, 3)), M)],
    *[(one_element_array, (a,), None) for a in (np.array([0.6]), V)],
    (complex_argument, (V[:3] + 1j * V[3:],), None),
]  # fmt: skip
