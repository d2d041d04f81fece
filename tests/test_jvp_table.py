"""Every entry of the derivative table in forward mode, through emitted text, against central differences."""

from __future__ import annotations

from typing import Any

import pytest
from rule_support import target
from table_checker import checked
from test_jvp_rules import COARSE

from srcgrad.rules.language import all_rules

RULES = [rule for rule in all_rules() if set(rule.formulas) - rule.zero]


@pytest.mark.parametrize("rule", RULES, ids=[f"{i}-{rule.name}" for i, rule in enumerate(RULES)])
def test_forward_mode_matches_differences(rule: Any) -> None:
    for name, function in target(rule):
        if function in COARSE or (getattr(function, "__module__", "") == "rule_support" and not name.startswith(".")):
            continue  # drawing random numbers is tested as programs do it
        checked(rule, name, function)
