"""Values read before and after writes, and indices that change later: which version does a use see?"""

import numpy as np

from programs.data import array, positive


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


V, M, Q = array(6), array(2, 3), array(3, 3)
P = positive(6)
CASES = [
    *[(f, (V,), None) for f in (
        read_before_and_after, element_taken_before, whole_used_before_write, overwritten_later, overwritten_wholly,
        result_overwritten_after_its_use, used_shape_only, index_array_overwritten_later, index_list_changed_later,
        mask_overwritten_later, scalar_index_moves_on, mask_of_overwritten_values,
    )],
    (reduction_then_overwritten, (M,), None),
    (operand_overwritten_after_its_use, (V, P), None),
    (matrix_overwritten_after_product, (Q, array(3)), None),
]  # fmt: skip
