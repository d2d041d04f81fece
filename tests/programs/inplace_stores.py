"""Stores into arrays: every form of index, values read before and after, stores in loops, branches and `try`."""

import numpy as np

from programs.data import array, positive

# ------------------------------------------------------------------------------------------------- forms of index


def one_element(v):
    w = np.zeros(4)
    w[2] = v[0] * v[1]
    w[-1] = v[2] ** 2
    return np.sum(w * w) + w[2]


def element_of_matrix(m):
    w = m.copy()
    w[0, 1] = m[1, 2] * m[0, 0]
    w[-1, -2] = np.sin(w[0, 1])
    return np.sum(w**3)


def element_in_two_steps(m):
    w = m * 1.0
    w[1][2] = w[0][0] * w[1][1]
    w[0][1] += w[1][2]
    return np.sum(w**2)


def rows_and_columns(m):
    w = np.ones(m.shape)
    w[0] = m[0] * m[1]
    w[:, 1] = m[:, 0] ** 2
    return np.sum(w * m)


def slices_with_steps(v):
    w = np.zeros(7)
    w[::3] = v[:3]
    w[1::3] = v[3:5] * v[0]
    w[-2:2:-3] = v[5]
    return np.sum(w * np.arange(7.0)) + np.sum(w**2)


def slices_backwards(v):
    w = v.copy()
    w[::-1] = v * np.arange(1.0, 7.0)
    w[4:1:-1] = v[:3]
    w[:-4:-1] *= 2.0
    return np.sum(w * np.cos(v))


def open_and_overlong_slices(v):
    w = v * 2.0
    w[4:100] = v[0]
    w[:-5] += v[1]
    w[10:] = 3.0
    return np.sum(w**2)


def slice_from_a_variable(v, first, last):
    where = slice(first, last)
    w = np.zeros_like(v)
    w[where] = v[where] ** 2
    first, where = 0, slice(None)
    w[where] += v
    return np.sum(w * w)


def ellipsis_stores(t):
    w = np.zeros(t.shape)
    w[...] = t * 2.0
    w[..., 0] = t[..., 1] * t[..., 2]
    w[1, ...] += t[0]
    w[..., 1:, ::2] *= 3.0
    return np.sum(w**2)


def newaxis_stores(v):
    w = np.zeros((3, 3))
    w[:, np.newaxis] += v
    w[None, 0] = v * v
    w[np.newaxis, :, 2] = v[0]
    return np.sum(w * np.arange(9.0).reshape(3, 3)) + np.sum(w**2)


def zero_dimensional(x):
    w = np.zeros(())
    w[()] = x * x
    w[...] += x
    w += np.sin(x)
    return w[()] * 2.0


def zero_dimensional_argument(a):
    w = a * 1.0 + np.zeros(())
    w = np.asarray(w)
    w[...] = w * a
    return np.sum(w**2)


def list_as_index(v):
    w = np.zeros(5)
    w[[3, 0, 1]] = v[:3] * v[3]
    w[[-1]] = v[4]
    return np.sum(w**2 * np.arange(1.0, 6.0))


def array_as_index(v):
    places = np.array([4, 2, 0])
    w = v * 1.0
    w[places] = v[places - 1] ** 2
    w[places[:2]] *= v[:2]
    return np.sum(w * v)


def two_arrays_as_index(m):
    rows, columns = np.array([0, 1, 1]), np.array([2, 0, 1])
    w = m * 2.0
    w[rows, columns] = m[0] * m[1]
    w[rows, 0] += 1.0
    return np.sum(w**2)


def broadcast_arrays_as_index(m):
    w = np.zeros((3, 4))
    w[np.array([[0], [2]]), np.array([1, 3, 0])] = m
    w[np.ix_([1, 2], [0, 2])] += m[:, :2]
    return np.sum(w**2 * np.arange(12.0).reshape(3, 4))


def arrays_apart_in_index(t):
    w = np.zeros((2, 3, 4))
    w[[0, 1], :, [3, 0]] = t[:, :, 0] * 2.0
    w[1, [0, 2], 1:3] = t[0, :2, :2]
    w[0, :, [1, 2]] += t[1, 0, :3]
    return np.sum(w**2)


def array_with_slice(m):
    w = m.copy()
    w[[1, 0], 1:] = m[:, :-1] * m[:, 1:]
    w[:, [2]] += m[:, [0]]
    return np.sum(w**3)


def boolean_mask(v):
    w = v * 2.0
    w[v > 0.0] = 1.5
    w[v < -0.4] *= v[0]
    return np.sum(w * w) + np.sum(w)


def mask_with_array_value(v):
    mask = np.array([True, False, True, True, False, False])
    w = np.ones(6)
    w[mask] = v[:3] * v[3:]
    w[~mask] += v[~mask]
    return np.sum(w**2)


def mask_of_rows(m):
    w = m * 1.0
    w[np.array([False, True])] = m[0] ** 2
    w[np.array([True, False]), 1:] -= m[1, 1:]
    return np.sum(w**2)


def mask_of_a_matrix(m):
    w = m + 1.0
    mask = m > 0.0
    w[mask] = m[mask] ** 2
    w[np.logical_not(mask)] = 0.0
    return np.sum(w * m)


def mask_that_selects_nothing(v):
    w = v * 1.0
    w[v > 100.0] = v[0]
    w[np.zeros(6, dtype=bool)] += 1.0
    w[[]] = 4.0
    return np.sum(w**2)


def mask_of_where(v):
    w = v * v
    w[np.where(v > 0.0)] = v[0] * 2.0
    w[np.nonzero(v < -0.5)[0]] += v[1]
    w[np.flatnonzero(v > 0.6)] = 0.0
    return np.sum(w * v)


def index_of_numpy_integers(v):
    w = np.zeros(6)
    w[np.argmax(v)] = v[0] * v[1]
    w[np.int64(2)] += v[2]
    w[v.argsort()[0]] += v[3] ** 2
    return np.sum(w**2)


def boolean_scalars_as_index(v):
    w = v * 1.0
    w[np.bool_(True)] *= v[0]
    w[False] = 5.0
    return np.sum(w**2)


def flat_index(m):
    w = m * 1.0
    w.flat[4] = m[0, 0] * m[1, 1]
    w.flat[[0, 5]] = m[0, :2]
    w.flat = w * 2.0
    return np.sum(w**2)


# ------------------------------------------------------------------------------------------------- values stored


def scalar_into_slice(x, v):
    w = v.copy()
    w[1:4] = x * x
    w[5] = x
    return np.sum(w * w)


def broadcast_value(v):
    w = np.zeros((2, 3))
    w[:] = v
    w[:, :2] += v[1:]
    w[1] = v[0]
    return np.sum(w**2 * np.arange(1.0, 7.0).reshape(2, 3))


def broadcast_column(m):
    w = np.ones((2, 3))
    w[:, :] = m[:, :1]
    w[:, 1:] *= m[:, 2:]
    return np.sum(w**2)


def value_with_leading_ones(m):
    w = np.zeros(3)
    w[:] = m[:1]
    w[1:] += m[1:, :2].reshape(1, 1, 2)[0, 0]
    return np.sum(w**2)


def one_row_axes(m):
    w = np.zeros((1, 3))
    w[0] = m[0]
    w[:] += m[:1]
    w += m[1]
    u = np.zeros((2, 1))
    u[:, 0] = w[0, :2]
    u += m[:, :1]
    return np.sum(w**2) + np.sum(u**3)


def list_as_value(x, y):
    w = np.zeros((2, 2))
    w[0] = [x, y]
    w[1] = (x * y, 1.0)
    w[:, 1] += [y, x]
    return np.sum(w**2)


def number_as_value(v):
    w = v * v
    w[0] = 2
    w[1:3] = -1.5
    w[3] = float(v[0])
    w[4] = v[1].item()
    return np.sum(w**2)


def tuple_of_elements(v):
    w = v.copy()
    w[0], w[1] = w[1], w[0] * w[1]
    w[2], (w[3], w[4]) = v[0], v[1:3]
    return np.sum(w**2 * np.arange(1.0, 7.0))


def chain_of_targets(v):
    w, u = np.zeros(3), np.ones(3)
    w[0] = u[1] = z = v[0] * v[1]
    w[1:] = u[:2] = v[1:3]
    return np.sum(w**2) + np.sum(u * v[:3]) + z


def starred_into_elements(v):
    w = np.zeros(3)
    w[0], *rest, w[2] = v
    return np.sum(w**2) + sum(rest) ** 2


def loop_into_element(v):
    w = np.zeros(2)
    total = 0.0
    for w[1] in v:
        total = total + w[1] ** 2
        w[0] += w[1]
    return total + w[0] * w[1]


def value_is_a_view_of_the_target(v):
    w = v * 1.0
    w[1:] = w[:-1]
    w[:3] += w[3:]
    return np.sum(w**2 * v)


def value_is_the_target_reversed(v):
    w = v * 2.0
    w[:] = w[::-1]
    w[::2] *= w[1::2]
    return np.sum(w * np.arange(6.0) * v)


def target_added_to_itself(v):
    w = v * v
    w += w
    w *= w
    w[:] = w
    w -= w[::-1] * 0.5
    return np.sum(w * v)


def transpose_added_to_itself(q):
    w = q * 1.0
    w += w.T
    w[:2] *= w[1:].T[:2, :2].T.sum()
    return np.sum(w**2)


def permuted_rows(m):
    w = m * m
    w[[0, 1]] = w[[1, 0]]
    w[:, [0, 2]] = w[:, [2, 0]] * 2.0
    return np.sum(w * m)


def rounded_into_integers(v):
    counts = np.zeros(3, dtype=int)
    counts[0] = 2.0
    counts[1:] = v[:2] * 10.0
    return np.sum(counts * v[:3])


# ------------------------------------------------------------------------------------------- augmented assignments


def augmented_elements(v):
    w = np.full(6, 1.4)
    w[0] += v[0]
    w[1] -= v[1]
    w[2] *= v[2]
    w[3] /= v[3]
    w[4] **= v[4]
    w[5] **= 2
    return np.sum(w**2)


def augmented_slices(v):
    w = np.full((2, 3), 2.7)
    w[0] += v
    w[1] -= 0.5 * v * v
    w[:, 1] *= v[0]
    w[:, :2] /= v[1:]
    w[:, 0] **= v[:2]
    w[1:, 1:] **= 3
    return np.sum(w**2)


def augmented_arrays(v):
    w = np.full(6, 1.3)
    w += v
    w -= v**2
    w *= v
    w /= v + 0.5
    w **= 2
    w **= v[0]
    return np.sum(w * v)


def augmented_by_broadcast(v, x):
    w = np.ones((2, 6))
    w += v
    w *= x
    w /= v
    w -= np.array([[1.0], [2.0]]) * x
    return np.sum(w**2)


def floor_and_remainder(v):
    w = v * 7.0
    w //= 2.0
    u = v * 7.0
    u %= 2.0
    u[1:] %= v[0]
    w[0] //= 1.5
    return np.sum(w * v) + np.sum(u**2)


def matrix_product_in_place(q):
    w = q * 1.0
    w @= q
    w @= w
    return np.sum(w * q)


def vector_times_matrix_in_place(q):
    w = q[0] * 1.0
    w @= q
    u = q * 1.0
    u[0] @= q
    return np.sum(w**2) + np.sum(u**3)


def repeated_index_added(v):
    w = np.ones(3)
    w[[0, 0, 1]] += v[:3]
    w[[2, 2]] *= v[3:5]
    return np.sum(w**2)


def repeated_index_stored(v):
    w = np.zeros(3)
    w[np.array([1, 0, 1, 1])] = v[:4] ** 2
    w[[0, 0]] = v[4]
    return np.sum(w**2 * np.array([1.0, 2.0, 3.0]))


def repeated_pairs_stored(m):
    w = np.zeros((2, 2))
    w[[0, 1, 0], [1, 1, 1]] = m[0]
    w[[1, 1], 0] += m[1, :2]
    return np.sum(w**3)


def repeated_rows_stored(m):
    w = np.ones((3, 3))
    w[[2, 2]] = m
    w[[0, 2, 0]] -= m[[1, 0, 0]]
    return np.sum(w**2)


def repeated_reads(v):
    w = v * v
    w[:3] = w[[4, 4, 5]]
    w[[0, 1]] += w[[5, 5]]
    return np.sum(w**2)


# ------------------------------------------------------------------------------- read before, after, and old versions


def read_before_and_after(v):
    w = v * v
    before = w[1] * 1.0
    w[1] = np.sin(w[1])
    return before * w[1] + np.sum(w)


def element_taken_before(v):
    w = v * v
    old = w[1]
    w[1] = 3.0 * old
    w[1] *= old
    return old**2 + np.sum(w)


def whole_used_before_write(v):
    w = v * 2.0
    y = np.exp(w)
    z = np.sum(w * y)
    w[0] = 0.0
    y[1:] = w[:-1]
    return z + np.sum(w * y)


def overwritten_later(v):
    w = np.zeros(6)
    w[0] = v[0] ** 2
    w[0] = v[1] ** 3
    w[1:] = v[1:] * 5.0
    w[1:4] = v[3:]
    w[:] = w * v
    w[5] = 1.0
    return np.sum(w)


def overwritten_wholly(v):
    w = v * v
    w[...] = 0.0
    w += v
    w[:] = v[::-1] * w
    return np.sum(w**2)


def result_overwritten_after_its_use(v):
    w = np.exp(v)
    total = np.sum(w)
    w[:] = 0.0
    return total


def operand_overwritten_after_its_use(v, u):
    w = u * 1.0
    product = v * w
    quotient = v / w
    w[:] = v
    return np.sum(product**2) + np.sum(quotient) + np.sum(w)


def matrix_overwritten_after_product(q, v):
    a = q * 1.0
    y = a @ v
    a[0] = y
    z = a @ y
    a[:, 1] = z
    return np.sum(a**2) + np.sum(z)


def reduction_then_overwritten(m):
    w = m * 1.0
    top = np.max(w, axis=1)
    norm = np.sqrt(np.sum(w * w))
    w[:, 0] = top
    w /= norm
    return np.sum(w**2) + np.sum(top)


def used_shape_only(v):
    w = np.zeros(v.shape)
    w[0] = v[0]
    total = np.sum(w) + np.mean(w)
    w[:] = 7.0
    return total * v[1]


def index_array_overwritten_later(v):
    places = np.array([3, 0, 1])
    w = np.zeros(6)
    w[places] = v[places] ** 2
    places[:] = 5
    w[places] += v[places]
    places += 0
    return np.sum(w**2)


def index_list_changed_later(v):
    places = [1, 2]
    w = v * 1.0
    w[places] = v[0] * v[3:5]
    places[0] = 4
    places.append(5)
    w[places] *= 2.0
    places.clear()
    return np.sum(w**2)


def mask_overwritten_later(v):
    mask = v > 0.0
    w = v * v
    w[mask] = v[mask] * 3.0
    mask[:] = False
    w[mask] = 9.0
    mask ^= True
    w[mask] *= v[0]
    return np.sum(w * v)


def scalar_index_moves_on(v):
    i = 0
    w = np.zeros(6)
    w[i] = v[i] ** 2
    i += 3
    w[i] = v[i] ** 3
    i = 5
    w[i] += w[i - 2] * w[0]
    return np.sum(w)


def mask_of_overwritten_values(v):
    w = v * 1.0
    w[w > 0.3] -= 0.5
    w[w < 0.0] *= -1.0
    w[w > 0.45] = v[0]
    return np.sum(w**2 * v)


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


V, M, Q, T = array(6), array(2, 3), array(3, 3), array(2, 3, 4)
P, X = positive(6), 0.7
CASES = [
    *[(f, (array(3),), None) for f in (one_element, newaxis_stores, broadcast_value)],
    *[(f, (V,), None) for f in (
        slices_with_steps, slices_backwards, open_and_overlong_slices, list_as_index, array_as_index, boolean_mask,
        mask_with_array_value, mask_that_selects_nothing, mask_of_where, index_of_numpy_integers,
        boolean_scalars_as_index, number_as_value, tuple_of_elements, chain_of_targets, starred_into_elements,
        loop_into_element, value_is_a_view_of_the_target, value_is_the_target_reversed, target_added_to_itself,
        rounded_into_integers, repeated_index_added, repeated_index_stored, repeated_reads, read_before_and_after,
        element_taken_before, whole_used_before_write, overwritten_later, overwritten_wholly,
        result_overwritten_after_its_use, used_shape_only, index_array_overwritten_later, index_list_changed_later,
        mask_overwritten_later, scalar_index_moves_on, mask_of_overwritten_values, filled_by_loop, counted_down,
        stepped_loop, loop_with_break, loop_with_continue, buffer_reused_by_turns, buffer_made_anew_in_loop,
        buffer_replaced_under_condition, element_as_loop_state, nested_loops_with_restart, comprehension_over_stored,
        complex_buffer, integer_bookkeeping,
    )],
    *[(f, (M,), None) for f in (
        element_of_matrix, element_in_two_steps, rows_and_columns, two_arrays_as_index, broadcast_arrays_as_index,
        array_with_slice, mask_of_rows, mask_of_a_matrix, flat_index, broadcast_column, value_with_leading_ones,
        one_row_axes, permuted_rows, repeated_pairs_stored, repeated_rows_stored, reduction_then_overwritten,
        filled_by_two_loops,
    )],
    *[(f, (Q,), None) for f in (
        transpose_added_to_itself, matrix_product_in_place, vector_times_matrix_in_place, triangle_of_stores,
    )],
    *[(f, (T,), None) for f in (ellipsis_stores, arrays_apart_in_index)],
    (loop_with_break, (V * 0.5,), None),
    (loop_with_break, (np.array([0.5, 0.1, 0.2, 0.95, 0.4, 0.3]),), None),
    (loop_with_continue, (-V,), None),
    (slice_from_a_variable, (V, 1, 4), 0),
    (slice_from_a_variable, (V, 4, 1), 0),
    (slice_from_a_variable, (V, None, -2), 0),
    (zero_dimensional, (X,), None),
    (zero_dimensional_argument, (np.array(0.7),), None),
    (scalar_into_slice, (X, V), None),
    (list_as_value, (0.4, -0.7), None),
    (augmented_elements, (P,), None),
    (augmented_slices, (positive(3),), None),
    (augmented_arrays, (P,), None),
    (augmented_by_broadcast, (P, X), None),
    (floor_and_remainder, (P,), None),
    (operand_overwritten_after_its_use, (V, P), None),
    (matrix_overwritten_after_product, (Q, array(3)), None),
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
