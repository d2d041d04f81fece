"""What random programs were reduced to when they failed: small, odd, and each once wrong."""

import numpy as np

from programs.data import array


class Box:
    """Something that holds an array."""

    def __init__(self, w):
        self.w = w


def ellipsis_selects_an_element(v):
    v[..., 1] = v[0]
    return v


def ellipsis_scales_an_element(v, m):
    w = v.squeeze()
    v[..., 1] *= w[1] * m[1, 0]
    return v, w


def view_with_leading_axis_used_then_written(m):
    def product(a, b):
        return a * b

    leading = m[None]
    square = product(leading, leading)
    m += square[0]
    return m**2


def whole_read_into_its_element(v):
    items = [v, v]
    items[0][..., 1] = np.sum(v)
    return items


def out_in_a_handler(v):
    w = v
    try:
        raise ArithmeticError
    except ArithmeticError:
        np.add(1, v[::1], out=v)
    return w


def out_after_boxes_in_a_try(v, n):
    w = v + 1.0
    for _ in range(n):
        try:
            box = Box(w)
        except ArithmeticError:
            pass
    np.add(w[::-1], v, out=w)
    return np.sum(w**2)


def out_into_both_operands_then_rows(v, m):
    np.add(m[::-1], m[::-1], out=m)
    v[-1], v[0] = m[-1, 0] / (2.0 + m[-1, 0] ** 2), v[-1]
    for _ in m:
        v[[-1, 0]] += np.sin(v[-1])
    return v, m


def alias_changed_by_a_handler(v, n):
    def overwrite(a, b, s):
        a[:] = s
        return b

    items = [v, v.copy()]
    try:
        if n:
            raise ArithmeticError
    except ArithmeticError:
        v = items[1]
    overwrite(items[0], v, np.sum(v))
    return v


def return_in_a_try_in_two_loops(m):
    w = m[:, 1].reshape(2, 1)
    for _ in m:
        for i in range(2):
            try:
                if i % 2 == 0:
                    raise ArithmeticError
                return w**2
            except ArithmeticError:
                pass
    return w


def store_in_the_else_of_a_break(v, m, n):
    box = Box(v)
    if m[-1, 0] > 5.0:
        box.w[[1, 1]] -= np.tanh(m[-1, 0])
    for i in range(n):
        try:
            box.w[i % 4] = np.sin(box.w[i % 4])
            if v[0] > -1.2:
                raise ArithmeticError
        except ArithmeticError:
            box.w *= m[0, 0]
            break
        m[i % 2] += box.w[i % 4]
    box.w[1] = np.cos(box.w[0] + m[-1, 0])
    return v, m


def rows_written_in_one_arm(v, m, n):
    w = np.ones_like(m)
    for i in range(n):
        v[-1], w[0, 0] = 0.4 * w[i % 2, 0] + 0.3 * m[i % 2, 0], v[-1]
        if v[0] > -1.2:
            for row in w:
                row *= np.tanh(row * m[0])
        else:
            m[0, 0] = v[0]
    m[1::2] = np.sin(v[0])
    return np.sum(w**2) + np.sum(m**2)


def items_that_may_be_one_array(m):
    items = [m, m.copy()]
    items.append(m)
    items[0] += items[0]
    items[1] *= items[2]
    return m, items[1]


def sweeps_of_a_helper(v, m):
    def fill(a, b, s):
        for i in range(1, len(a)):
            a[i] = s
        return b

    items = [v, v.copy()]
    for i in range(2):
        fill(v, items[1], m[i, 0])
    fill(items[1], items[1], v[1])
    return items


def list_extended_by_rows(m):
    items = [m * 2.0, m.copy()]
    items += m
    items[-1][0] = m[0, 1] ** 2
    return items, m


def element_broadcast_into_its_array(v):
    for _ in range(2):
        np.subtract(v[1], 4.0 * v[0], out=v)
    return v


def number_broadcast_by_out(v):
    np.multiply(v[1], 3.0, out=v)
    v[0] = 1.0
    return v


def written_but_not_in_the_result(v, m):
    w = m[...]
    v -= v
    return w**2


def doubled_but_not_in_the_result(v, m):
    m += m
    return v[None], v


def stored_into_itself_but_not_in_the_result(v, m):
    w = v[:]
    m[:] = m
    return w**2


def copy_swapped_with_its_source(v, m):
    w = v.copy()
    v, w = w, v
    head = w[:2]
    m[:] = m
    return v, head, w


def item_multiplied_by_its_alias(m):
    items = [m, m.copy()]
    items.append(m)
    m *= items[0]
    return m


def items_scaled_and_stored(v):
    items, others = [v, v.copy()], [v, v]
    for i in range(2):
        items[1] *= others[1]
        others[1][i] = 0.4
    return items


def reversed_list_in_a_handler(m, n):
    items = [m, m]
    try:
        if n:
            raise ArithmeticError
        items.reverse()
    except ArithmeticError:
        items[0] *= 0.5
    return m


def rows_of_a_reversed_list(m):
    items = [m, m]
    items.reverse()
    for a in items:
        items[0] -= np.sin(a)
    return items


def helper_adds_a_view_of_all(v):
    def add(a, b):
        a += b

    table = {"k": v}
    add(v, table["k"][::1])
    return v


def view_of_all_of_the_other_argument(v, m):
    w, u = v[::1], m
    u[1] = 1.0
    return w**2


def leaves_before_a_handler_ever_runs(v, m):
    for _ in range(2):
        try:
            m[...] = m
        except ArithmeticError:
            m = np.sin(m)
            break
        return v**2
    return m


V, M = array(4), array(2, 3)
CASES = [
    *[(f, (V,), None) for f in (ellipsis_selects_an_element, whole_read_into_its_element, out_in_a_handler)],
    *[(f, (V,), None) for f in (element_broadcast_into_its_array, number_broadcast_by_out)],
    *[(f, (M,), None) for f in (items_that_may_be_one_array, list_extended_by_rows)],
    *[(f, (V, M), None) for f in (
        sweeps_of_a_helper, written_but_not_in_the_result, doubled_but_not_in_the_result,
        stored_into_itself_but_not_in_the_result, copy_swapped_with_its_source, leaves_before_a_handler_ever_runs,
    )],
    *[(f, (M,), None) for f in (item_multiplied_by_its_alias, rows_of_a_reversed_list)],
    *[(f, (V,), None) for f in (items_scaled_and_stored, helper_adds_a_view_of_all)],
    (view_of_all_of_the_other_argument, (V, M), None),
    *[(reversed_list_in_a_handler, (M, n), 0) for n in (0, 1)],
    *[(f, (M,), None) for f in (view_with_leading_axis_used_then_written, return_in_a_try_in_two_loops)],
    *[(f, (V, M), None) for f in (ellipsis_scales_an_element, out_into_both_operands_then_rows)],
    *[(f, (V, n), 0) for f in (out_after_boxes_in_a_try, alias_changed_by_a_handler) for n in (0, 1)],
    *[(f, (V, M, n), (0, 1)) for f in (store_in_the_else_of_a_break, rows_written_in_one_arm) for n in (0, 1, 3)],
]  # fmt: skip
