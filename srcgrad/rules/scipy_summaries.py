"""Summaries and tests of samples in `scipy.stats`: written out in `srcgrad.written`."""

# The functions written out have the types of SciPy's.
# mypy: ignore-errors

from __future__ import annotations

from scipy import stats

from srcgrad.rules import scipy_stats  # noqa: F401 - the entries of the distributions of p-values
from srcgrad.rules.scipy_given import plain
from srcgrad.rules.stand_ins import WRITTEN
from srcgrad.written import scipy_samples, scipy_summaries

COMMON = {"nan_policy": "propagate", "keepdims": False, "interpolation": "linear"}
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
    "linregress": ("x", "y", "alternative"),
    "pmean": ("a", "p"),
    "gstd": ("a", "axis", "ddof"),
    "zmap": ("scores", "compare", "axis", "ddof", "nan_policy"),
    "gzscore": ("a",),
    "entropy": ("pk", "qk", "base", "axis"),
    "iqr": ("x", "axis", "rng", "scale", "nan_policy", "interpolation", "keepdims"),
    "median_abs_deviation": ("x", "axis", "center", "scale", "nan_policy"),
    "circmean": ("samples", "high", "low", "axis", "nan_policy"),
    "circvar": ("samples", "high", "low", "axis", "nan_policy"),
    "circstd": ("samples", "high", "low", "axis", "nan_policy"),
    "boxcox_llf": ("lmb", "data"),
    "yeojohnson": ("x", "lmbda"),
    "yeojohnson_llf": ("lmb", "data"),
    "wasserstein_distance": ("u_values", "v_values", "u_weights", "v_weights"),
    "energy_distance": ("u_values", "v_values", "u_weights", "v_weights"),
    "ttest_1samp": ("a", "popmean", "axis", "nan_policy", "alternative"),
    "ttest_rel": ("a", "b", "axis", "nan_policy", "alternative"),
    "ttest_ind": ("a", "b"),
    "f_oneway": (),
    "chisquare": ("f_obs", "f_exp", "ddof", "axis"),
    "jarque_bera": ("x",),
}
for _name, _positional in POSITIONAL.items():
    _written = getattr(scipy_summaries, _name, None) or getattr(scipy_samples, _name)
    WRITTEN[getattr(stats, _name)] = plain(getattr(stats, _name), _written, _positional, dtype=None, **COMMON)
