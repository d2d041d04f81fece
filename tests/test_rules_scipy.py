"""The entries for SciPy: held to the same checks as the others, and read only when they are needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest.importorskip("scipy")

from test_rules_gradients import test_float32_stays_float32 as check_float32
from test_rules_gradients import test_formulas_match_differences as check_differences
from test_rules_kinds import test_results_are_covered as check_kinds

from srcgrad.rules import scipy_linalg, scipy_special
from srcgrad.rules.language import all_rules, is_constant, lookup
from srcgrad.rules.table import Rule
from srcgrad.runtime.words import WORDS

AREAS = (scipy_special, scipy_linalg)
RULES = [value for area in AREAS for value in vars(area).values() if isinstance(value, Rule)]
IDS = [f"{i}-{r.name}" for i, r in enumerate(RULES)]


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_formulas(rule):
    check_differences(rule)
    check_float32(rule)


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_kinds(rule):
    check_kinds(rule, 64)
    check_kinds(rule, 32)


def test_functions_that_formulas_name_have_rules():
    for name, word in WORDS.items():
        if type(word).__module__ == "numpy":
            assert lookup(word) or is_constant(word), name


def test_scipy_is_not_imported_by_srcgrad():
    text = "import sys, srcgrad; print('scipy' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
