"""The entries for SciPy: held to the same checks as the others, and read only when they are needed."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import fft, linalg, special
from scipy.fft import rfft
from scipy.special import expit, logsumexp
from test_jvp_rules import test_tangent_lines_match_differences as check_tangents
from test_nested_table import check_entry
from test_rules_gradients import test_float32_stays_float32 as check_float32
from test_rules_gradients import test_formulas_match_differences as check_differences
from test_rules_kinds import OTHERS
from test_rules_kinds import test_results_are_covered as check_kinds
from test_rules_kinds import test_results_of_other_operands_are_covered as check_others
from test_rules_summed import check_under_a_sum
from test_rules_through_grad import A, M, V, differences
from test_rules_writes import test_results_are_written as check_writes

import srcgrad as sg
from srcgrad.rules import (
    scipy_fft,
    scipy_integrate,
    scipy_linalg,
    scipy_matrices,
    scipy_ndimage,
    scipy_signal,
    scipy_special,
    scipy_special_bessel,
    scipy_special_chances,
    scipy_special_more,
    scipy_special_polynomials,
    scipy_special_solutions,
    scipy_stats,
    scipy_stats_more,
)
from srcgrad.rules.language import is_constant, lookup
from srcgrad.rules.table import Rule
from srcgrad.runtime.words import WORDS

AREAS = (
    scipy_special, scipy_special_bessel, scipy_special_more, scipy_special_polynomials, scipy_special_chances,
    scipy_special_solutions, scipy_linalg, scipy_matrices, scipy_signal, scipy_ndimage, scipy_stats, scipy_stats_more,
    scipy_integrate, scipy_fft,
)  # fmt: skip
FOUND = [rule for area in AREAS for rule in (*vars(area).values(), *vars(area).get("RULES", ()))]
# what solvers and integrators consist of has no test calls of its own: programs test it
RULES = [rule for rule in FOUND if isinstance(rule, Rule) and (rule.cases or rule.domain or rule.cls == "elementwise")]
IDS = [f"{i}-{r.name}" for i, r in enumerate(RULES)]
# of the methods of distributions, which are written from one line, those that what takes longer is tried with
FEWER = [
    rule for rule in RULES if rule not in scipy_stats.RULES or rule.name.endswith(("_logpdf_", "_logpmf_", "_cdf_"))
]


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule not in scipy_stats.RULES], ids=lambda rule: rule.name)
def test_what_results_are_written(rule):
    check_writes(rule)


@pytest.mark.parametrize("other", OTHERS)
def test_kinds_of_other_operands(other):
    check_others(other, [rule for rule in RULES if rule not in scipy_stats.RULES])


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_formulas(rule):
    check_differences(rule)
    check_float32(rule)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.tangent is not None], ids=lambda rule: rule.name)
def test_tangents(rule):
    check_tangents(rule)


@pytest.mark.parametrize("rule", [rule for rule in RULES if set(rule.formulas) - rule.zero], ids=lambda rule: rule.name)
def test_under_a_sum(rule):
    check_under_a_sum(rule)


@pytest.mark.parametrize("rule", FEWER, ids=[f"{i}-{r.name}" for i, r in enumerate(FEWER)])
def test_second_derivatives(rule):
    if set(rule.formulas) - rule.zero:
        check_entry(rule, 1)


def test_every_general_entry_has_a_tangent():
    without = [rule.name for rule in FOUND if isinstance(rule, Rule) and rule.cls in ("general", "reduction")
               and rule.tangent is None]  # fmt: skip
    assert not without


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_kinds(rule):
    check_kinds(rule, 64)
    check_kinds(rule, 32)


def test_functions_that_formulas_name_have_rules():
    for name, word in WORDS.items():
        library = getattr(word, "__module__", None) or ""
        if type(word).__module__ == "numpy" or library.startswith("scipy"):
            assert lookup(word) or is_constant(word), name


def test_scipy_is_not_imported_by_srcgrad():
    text = "import sys, srcgrad; print('scipy' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


# ---------------------------------------------------------------------------------------------------- through sg.grad


def a1(v):
    return np.sum(special.gammaln(v**2 + 1) * special.expit(v)) + np.sum(special.erf(v) ** 2)


def a2(m):
    return np.sum(logsumexp(m, axis=1) ** 2) + np.sum(special.softmax(m, axis=0) ** 2 * m) + special.logsumexp(m)


def a3(v):
    return (
        np.sum(special.xlogy(v**2, v**2 + 1))
        + np.sum(special.entr(v**2))
        + np.sum(special.jv(1.5, v**2 + 1))
        + np.sum(special.i0(v) * special.j0(v))
    )


def a4(v):
    return special.gamma(v[0] ** 2 + 1.0) * expit(v[1]) + special.ndtri(special.ndtr(v[2]))


def l1(a):
    c = linalg.cho_factor(a @ a.T)
    x = linalg.cho_solve(c, a[0])
    return np.sum(x**2)


def l2(a):
    return np.sum(linalg.solve_triangular(a, a[0] ** 2, lower=True) ** 2)


def l3(a):
    return np.sum(linalg.expm(a * 0.3) ** 2)


def l4(a):
    return (
        np.sum(linalg.block_diag(a, a[:1] * 2) ** 3)
        + np.sum(linalg.toeplitz(a[0], a[1]) ** 3)
        + linalg.det(a)
        + np.sum(linalg.inv(a) ** 2)
        + np.sum(linalg.solve(a, a[0]) ** 2)
    )


def l5(a):
    c, low = linalg.cho_factor(a @ a.T)
    return np.sum(np.triu(c) ** 3)


def t1(v):
    low = fft.irfft(fft.rfft(v) * np.arange(4.0), 5)
    return np.sum(np.abs(fft.fft(v)) ** 2) + np.sum(np.abs(rfft(v, 8, norm="ortho")) ** 3) + np.sum(low**3)


def t2(m):
    spectrum = fft.fft2(m) * fft.ifft2(m) + fft.fftn(m, axes=(0,)) + fft.fftshift(m)
    return np.sum(np.abs(spectrum) ** 2) + np.sum(fft.irfft2(fft.rfft2(m) ** 2, s=m.shape) ** 2)


def t3(v):
    waves = fft.dct(v) + fft.idct(v, norm="ortho") + fft.dst(v, type=1) + fft.idst(v, 3)
    return np.sum(waves**3) + np.sum(fft.dctn(np.outer(v, v))) ** 2 + np.sum(fft.idstn(np.outer(v, v)) ** 2)


@pytest.mark.parametrize(("f", "x"), [(t1, V), (t2, M), (t3, V)], ids=["t1", "t2", "t3"])
def test_transforms_twice(f, x):
    sg.check_grads(f, (x,), order=2, modes=("rev", "fwd"))


CASES = [(a1, V), (a2, M), (a3, V), (a4, V), (l1, A), (l2, A), (l3, A), (l4, A), (l5, A)]


@pytest.mark.parametrize("f, x", CASES, ids=[f.__name__ for f, _ in CASES])
def test_gradients_match_differences(f, x):
    np.testing.assert_allclose(sg.grad(f)(x), differences(f, x), rtol=1e-4, atol=1e-5)
