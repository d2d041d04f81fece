"""Settings for all tests."""

from __future__ import annotations

import functools
import gc
import os
import sys

import pytest

# Two workers share the machine: BLAS threads of one would only take the processor from the other.  Set before NumPy
# is imported.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

# A heap of 20000 tests is not worth walking as often as that of a small program: old objects are looked at by `frozen`.
gc.set_threshold(100_000, 50, 1000)


def pytest_addoption(parser):
    parser.addoption("--cupy", action="store_true", help="run the tests for arrays on a GPU with CuPy itself")


@pytest.fixture(autouse=True, scope="module")
def frozen():
    """The collector leaves alone what earlier files left: walking that took 5 s a time at the end of a run."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def cupy(request, monkeypatch):
    """CuPy with `--cupy`, where there is a GPU; else what stands in for it."""
    if request.config.getoption("--cupy"):
        try:
            import cupy as module

            module.cuda.runtime.getDeviceCount()
        except Exception as error:
            pytest.skip(f"no GPU: {error}")
        return module
    monkeypatch.setitem(sys.modules, "cupy", stand_in())
    return stand_in()


@functools.cache
def stand_in():
    from fake_cupy import make

    return make()
