"""Every line of `y_dot` in the derivative table against central differences, by its own text."""

from __future__ import annotations

import numpy as np
import pytest
from rule_support import calls, flat, invoke, is_active, rebuild, tangent, target

import srcgrad as sg
from srcgrad.rules.language import all_rules, is_zero

GIVEN = [rule for rule in all_rules() if rule.tangent is not None and not is_zero(rule.tangent)]
COARSE = (np.float32, np.complex64)  # too coarse for differences


def direction(x, rng):
    """A generic tangent of an argument, in its structure; None for a part that has none."""
    if isinstance(x, (list, tuple)):
        return [direction(part, rng) for part in x]
    if not is_active(x):
        return None
    drawn = rng.uniform(0.5, 1.5, np.shape(x))
    if np.iscomplexobj(x):
        drawn = drawn + 1j * rng.uniform(0.5, 1.5, np.shape(x))
    return drawn if isinstance(x, np.ndarray) else drawn[()].item() if np.ndim(drawn) == 0 else drawn


def part_of(tangent, y):
    """A tangent as one float vector, zeros where it has no part and where it stands for a larger one."""
    if isinstance(y, (list, tuple)):
        parts = [None] * len(y) if tangent is None else tangent
        assert len(parts) == len(y)
        return np.concatenate([np.zeros(0), *[part_of(t, part) for t, part in zip(parts, y)]])
    size = flat(y).size
    if tangent is None:
        return np.zeros(size)
    whole = np.broadcast_to(tangent, np.shape(y))
    return flat(whole + 0j if np.iscomplexobj(y) else whole)


def nones_as_zeros(dots, x):
    """A tangent for `rebuild`: zeros for parts that have none."""
    if isinstance(x, (list, tuple)):
        return np.concatenate([np.zeros(0), *[nones_as_zeros(d, part) for d, part in zip(dots, x)]])
    return np.zeros(flat(x).size) if dots is None else flat(dots)


def check(rule, call, chosen, text, eps=1e-6):
    """The line of `y_dot` with tangents for these parameters, against a central difference."""
    bound = rule.bind(tuple(call.args), call.kwargs)
    rng = np.random.default_rng(11)
    dots = {name: direction(bound[name], rng) for name in chosen}
    bound, got = tangent(rule, call, dots)
    if got is None:  # derived from the class
        return
    sides = []
    for sign in (1.0, -1.0):
        moved = dict(bound)
        for name in chosen:
            step = sign * eps * nones_as_zeros(dots[name], bound[name])
            moved[name] = rebuild(bound[name], flat(bound[name]) + step)
        sides.append(flat(invoke(rule, call, moved)))
    y = call.function(*call.args, **call.kwargs)
    want = (sides[0] - sides[1]) / (2 * eps)
    np.testing.assert_allclose(part_of(got, y), want, rtol=2e-5, atol=2e-6, err_msg=f"{rule.name} {text} {chosen}")


@pytest.mark.parametrize("rule", GIVEN, ids=lambda rule: rule.name)
def test_tangent_lines_match_differences(rule):
    tried = 0
    for _, function in target(rule):
        if function in COARSE:
            continue
        for text, call in calls(rule, function):
            bound = rule.bind(tuple(call.args), call.kwargs)
            active = [name for name in rule.formulas if name in bound and is_active(bound[name])]
            active = [name for name in active if name not in rule.zero]
            for chosen in {tuple(active), *[(name,) for name in active]}:
                if chosen:
                    check(rule, call, chosen, text)
                    tried += 1
    assert tried


def test_tangents_of_filled_arrays_have_their_shape():
    for made in (lambda x: np.full(3, x), lambda x: np.full_like(np.zeros(3), x)):
        assert sg.jvp(lambda x: np.sum(made(x)), (0.7,), (1.0,))[1] == 3.0
