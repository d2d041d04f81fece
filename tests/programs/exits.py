"""while, break, continue, loop else, early and several returns."""

import numpy as np

from programs.data import array, positive


def while_count(x):
    n = 0
    while n < 4:
        x = np.sin(x) + 0.1
        n += 1
    return x


def while_until_small(x):
    steps = 0
    while x * x > 0.1:
        x = x * 0.5
        steps += 1
    return x * steps + x


def while_true_break(x):
    while True:
        x = x * 1.5
        if x > 3.0:
            break
    return x * x


def while_true_return(x):
    k = 0
    while True:
        if k == 3:
            return x**k
        x = np.cos(x)
        k += 1


def while_walrus(v):
    i = 0
    total = 0.0
    while (value := v[i]) > 0.0:
        total += value * value
        i += 1
    return total + value


def while_list_as_stack(x):
    stack = [x, x * 2.0]
    total = 0.0
    while stack:
        top = stack.pop()
        if top < 4.0:
            stack.append(top * top + 1.0)
        total += top
    return total


def while_conjunction(x, limit):
    n = 0
    while n < limit and x < 2.0:
        x = x * 1.3
        n += 1
    return x * n


def break_in_for(v):
    total = 0.0
    for value in v:
        if value < 0.0:
            break
        total += value * value
    return total


def continue_in_for(v):
    total = 0.0
    for value in v:
        if value < 0.0:
            continue
        total += value * np.exp(total)
    return total


def break_and_continue(v):
    y = 1.0
    for i, value in enumerate(v):
        if value < -0.5:
            continue
        y = y * (value + 2.0)
        if y > 6.0:
            break
        y = y + i * value
    return y


def continue_at_end_of_arms(v):
    y = 1.0
    for value in v:
        if value > 0.0:
            y = y + value
            if y > 1.5:
                y = y * value
                continue
        else:
            y = y * 0.5
            continue
        y = np.sin(y)
    return y


def loop_else(v):
    for value in v:
        if value < 0.0:
            result = value * value
            break
    else:
        result = np.sum(v)
    return result


def while_else(x):
    n = 0
    while n < 3:
        x = x * 1.2
        if x > 2.0:
            break
        n += 1
    else:
        x = x * x
    return x


def return_in_loop(v):
    total = 0.0
    for value in v:
        total += value * value
        if total > 1.0:
            return total * value
    return total


def return_in_nested_loops(m):
    total = 0.0
    for row in m:
        for value in row:
            if value < 0.0:
                return total * value
            total += value**2
        total = total * 1.1
    return -total


def break_inner_only(m):
    total = 0.0
    for row in m:
        partial = 1.0
        for value in row:
            if value < 0.0:
                break
            partial = partial * value
        total += partial
    return total


def return_in_loop_else(v):
    for value in v:
        if value < 0.0:
            break
    else:
        return np.prod(v)
    return value * 3.0


def several_returns(x):
    if x < 0.0:
        return x * x
    y = np.exp(x)
    if y > 3.0:
        return y
    if y > 2.0:
        return y * x
    return np.sin(y)


def return_different_variables(x, y):
    if x > y:
        return x
    return y


def guard_return(v):
    if len(v) == 0:
        return 0.0
    return np.sum(v * v)


def exit_from_doubly_nested(x):
    for i in range(3):
        for j in range(3):
            x = x * 1.2
            if i * j == 2:
                break
        else:
            continue
        break
    return x * i + j


def newton_sqrt(a):
    x = 1.0
    while abs(x * x - a) > 1e-13 * a:
        x = 0.5 * (x + a / x)
    return x


def collatz_like(x, n):
    while n != 1:
        if n % 2 == 0:
            n //= 2
            x = np.sin(x)
        else:
            n = 3 * n + 1
            x = x * 1.1
    return x


def zero_turns_all(v, n):
    y = np.zeros(3)
    for _ in range(n):
        y = y + v
    while n > 5:
        y = y * v
        n -= 1
    return np.sum(y)


def first_turn_flag(v):
    first = True
    for value in v:
        if first:
            y = value
            first = False
        else:
            y = y * value + 1.0
    return y


def unset_until_found(v):
    found = None
    for value in v:
        if found is None and value > 0.5:
            found = value * value
    return found if found is not None else np.sum(v)


def delayed_values(v):
    previous = 0.0
    older = 0.0
    total = 0.0
    for value in v:
        total += value * previous + older
        older = previous
        previous = value * value
    return total


def backtracking(x):
    step = 1.0
    for _ in range(10):
        trial = x - step * x**3
        if trial > 0.5 * x:
            break
        step *= 0.5
    return trial * trial


MIXED = np.array([0.3, 0.8, -0.2, 0.7, -0.9])
CASES = [
    (while_count, (0.6,), None),
    *[(while_until_small, (x,), None) for x in (2.0, 0.5, 0.2)],
    *[(while_true_break, (x,), None) for x in (0.5, 1.7, 2.9)],
    (while_true_return, (0.6,), None),
    *[(while_walrus, (np.array(v),), None) for v in ([0.4, 0.5, -0.3], [-0.3, 0.1])],
    (while_list_as_stack, (0.6,), None),
    *[(while_conjunction, (x, n), 0) for x, n in ((0.5, 3), (1.0, 9), (0.4, 0))],
    *[(break_in_for, (v,), None) for v in (MIXED, positive(3), -positive(2))],
    *[(continue_in_for, (v,), None) for v in (MIXED, positive(3), -positive(2))],
    *[(break_and_continue, (v,), None) for v in (MIXED, positive(6), -positive(2))],
    *[(continue_at_end_of_arms, (v,), None) for v in (MIXED, positive(3), -positive(2))],
    *[(loop_else, (v,), None) for v in (MIXED, positive(3), np.zeros(0))],
    *[(while_else, (x,), None) for x in (0.6, 1.5)],
    *[(return_in_loop, (v,), None) for v in (MIXED, positive(3), 0.1 * positive(2))],
    *[(return_in_nested_loops, (m,), None) for m in (positive(2, 2), np.array([[0.3, 0.5], [0.2, -0.4]]), -positive(2, 2))],
    *[(break_inner_only, (m,), None) for m in (positive(2, 2), np.array([[0.3, -0.5], [-0.2, 0.4]]))],
    *[(return_in_loop_else, (v,), None) for v in (MIXED, positive(3))],
    *[(several_returns, (x,), None) for x in (-0.5, 0.3, 0.9, 1.5)],
    *[(return_different_variables, pair, None) for pair in ((0.5, 0.2), (0.2, 0.5))],
    *[(guard_return, (v,), None) for v in (MIXED, np.zeros(0))],
    (exit_from_doubly_nested, (0.6,), None),
    *[(newton_sqrt, (a,), None) for a in (2.0, 0.3, 50.0)],
    *[(collatz_like, (0.6, n), 0) for n in (1, 3, 6, 7)],
    *[(zero_turns_all, (array(3), n), None) for n in (0, 2, 7)],
    *[(first_turn_flag, (v,), None) for v in (MIXED, positive(1))],
    *[(unset_until_found, (v,), None) for v in (MIXED, 0.1 * positive(3))],
    (delayed_values, (MIXED,), None),
    *[(backtracking, (x,), None) for x in (0.5, 1.8, 3.1)],
]
