"""Programs that write into arrays: differentiated rightly or refused, never wrong."""

import numpy as np

from programs.data import array, positive


def preallocated(v):
    out = np.zeros(len(v))
    for i in range(len(v)):
        out[i] = v[i] ** 2
    return np.sum(out * v)


def augmented_array(v):
    total = np.zeros(3)
    for i in range(3):
        total += v * i
    return np.sum(total * total)


def aliased_augment(v):
    x = v * 2.0
    view = x[1:]
    x += v
    return np.sum(view * view)


def augment_after_use(v):
    x = v * 2.0
    y = np.exp(x)
    z = x * y
    y *= 2.0
    return np.sum(z) + np.sum(y)


def overwritten_row(m):
    w = m.copy()
    w[0] = w[0] * w[1]
    w[1] = np.sin(w[0])
    return np.sum(w**2)


def stencil_sweep(a):
    u = a.copy()
    for i in range(1, len(u) - 1):
        u[i] = 0.5 * (u[i - 1] + u[i + 1]) * u[i]
    return np.sum(u * u)


def masked_store(v):
    w = v * v
    w[v > 0.0] = 0.0
    return np.sum(w * v)


def repeated_index_store(v):
    w = np.zeros(3)
    w[[0, 0, 1]] = v
    return np.sum(w**2)


def out_argument(v):
    buffer = np.empty_like(v)
    np.multiply(v, v, out=buffer)
    np.sin(buffer, out=buffer)
    return np.sum(buffer)


def buffer_passed_in(v, buffer):
    buffer[:] = v * 2.0
    return np.sum(buffer * v)


def buffer_reused_in_loop(v):
    buffer = np.zeros(3)
    total = 0.0
    for i in range(3):
        buffer[:] = 0.0
        buffer[i] = v[i] ** 2
        total += np.sum(buffer * v)
    return total


def index_from_overwritten(v):
    places = np.array([0, 1, 2])
    total = 0.0
    for i in range(3):
        total += v[places[i]] ** 2 * (i + 1)
        places[i] = 0
    return total


def argument_overwritten(v):
    v[0] = 2.0
    return np.sum(v * v)


def augment_argument(v):
    v *= 3.0
    return np.sum(v * v)


def fill_then_add(v):
    w = np.zeros(3)
    w.fill(2.0)
    w[1:] += v[1:]
    return np.sum(w * w * v)


def sort_method_in_place(v):
    w = v.copy()
    w.sort()
    return np.sum(w * np.arange(3))


def swap_rows(m):
    w = m.copy()
    w[[0, 1]] = w[[1, 0]]
    return np.sum(w[0] ** 2 * w[1])


def flat_store(m):
    w = m * 1.0
    w.flat[1] = 0.0
    return np.sum(w**2)


def transpose_written(m):
    w = m.copy()
    w.T[0] = 0.0
    return np.sum(w**2)


def helper_writes(v):
    def scale(a):
        a *= 2.0

    w = v * v
    scale(w)
    return np.sum(w * v)


def double_buffers(v):
    old = v.copy()
    new = np.zeros(3)
    for _ in range(3):
        for i in range(3):
            new[i] = old[i] * old[i - 1]
        old, new = new, old
    return np.sum(old)


class Holder:
    """Attributes are added as they come."""


def attribute_array_written(v):
    holder = Holder()
    holder.state = v * 2.0
    holder.state[0] = 1.0
    holder.state += v
    return np.sum(holder.state**2)


def list_item_augmented_array(v):
    items = [v * 1.0, v * 2.0]
    items[0] += items[1]
    return np.sum(items[0] * items[1])


def add_at(v):
    w = np.zeros(2)
    np.add.at(w, [0, 1, 0], v)
    return np.sum(w * w)


def maybe_reduced_view(v):
    w = v * 1.0
    flat = w.reshape(-1)
    flat[0] = 5.0
    return np.sum(w * v)


V, M = array(3), array(2, 3)
CASES = [
    *[(f, (V,), None) for f in (
        preallocated, augmented_array, aliased_augment, augment_after_use, masked_store, repeated_index_store,
        out_argument, buffer_reused_in_loop, index_from_overwritten, argument_overwritten, augment_argument,
        fill_then_add, sort_method_in_place, helper_writes, double_buffers, attribute_array_written,
        list_item_augmented_array, add_at, maybe_reduced_view,
    )],
    (stencil_sweep, (positive(6),), None),
    (buffer_passed_in, (V, np.full(3, 9.0)), 0),
    *[(f, (M,), None) for f in (overwritten_row, swap_rows, flat_store, transpose_written)],
]  # fmt: skip
