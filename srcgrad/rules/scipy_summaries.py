"""Summaries of samples in `scipy.stats`: written out in `srcgrad.written.scipy_summaries`."""

# The functions written out have the types of SciPy's.
# mypy: ignore-errors

from __future__ import annotations

from scipy import stats

from srcgrad.rules import scipy_stats  # noqa: F401 - the entries of the distributions of p-values
from srcgrad.rules.scipy_given import plain
from srcgrad.rules.stand_ins import WRITTEN
from srcgrad.written import scipy_summaries as written

COMMON = {"nan_policy": "propagate", "keepdims": False}
POSITIONAL = {
    "zscore": ("a", "axis", "ddof", "nan_policy"),
    "skew": ("a", "axis", "bias", "nan_policy"),
    "kurtosis": ("a", "axis", "fisher", "bias", "nan_policy"),
    "moment": ("a", "order", "axis", "nan_policy"),
    "sem": ("a", "axis", "ddof", "nan_policy"),
    "variation": ("a", "axis", "nan_policy", "ddof"),
    "gmean": ("a", "axis", "dtype", "weights"),
    "hmean": ("a", "axis", "dtype"),
    "trim_mean": ("a", "proportiontocut", "axis"),
    "pearsonr": ("x", "y"),
    "linregress": ("x", "y"),
}
for _name, _positional in POSITIONAL.items():
    WRITTEN[getattr(stats, _name)] = plain(
        getattr(stats, _name), getattr(written, _name), _positional, dtype=None, **COMMON
    )
