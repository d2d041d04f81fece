"""Threads, fork and pickle; nothing grows and nothing is left for the cycle collector."""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import sys
import threading
import tracemalloc
import weakref
from typing import Any

import numpy as np
import pytest
from support import frozen

import srcgrad as sg

THREADS = 8
V = np.array([0.3, -0.7, 1.1])


def branching(x, n):
    y = x
    for i in range(n):
        if i % 3 == 0:
            y = np.sin(y) * x
        elif y > 0.5:
            y = y * y
        else:
            y = y + 0.1
    return y


def network(params, x):
    h = x
    for w, b in params:
        h = np.tanh(w @ h + b)
    return np.sum(h * h)


PARAMS = [(np.arange(9.0).reshape(3, 3) / 9.0, V), (np.eye(3), -V)]
module_gradient = sg.value_and_grad(branching)


# ------------------------------------------------------------------------------------------------------------ threads


def together(work: Any) -> list[Any]:
    """Run `work(k)` in eight threads that start at once; their results."""
    barrier = threading.Barrier(THREADS)
    results: list[Any] = [None] * THREADS
    errors: list[BaseException] = []

    def run(k: int) -> None:
        try:
            barrier.wait(timeout=30)
            results[k] = work(k)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(k,)) for k in range(THREADS)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
    finally:
        sys.setswitchinterval(interval)
    assert not any(thread.is_alive() for thread in threads)
    assert not errors, errors
    return results


@pytest.mark.parametrize("round_", range(3))
def test_first_calls_from_eight_threads(round_):
    gradient = sg.value_and_grad(branching)
    results = together(lambda k: gradient(0.7, 4))
    assert len({frozen(result) for result in results}) == 1
    assert frozen(results[0][0]) == frozen(branching(0.7, 4))
    assert gradient.cache_info().signatures == 1


def test_different_paths_from_eight_threads():
    gradient = sg.value_and_grad(branching)
    results = together(lambda k: [gradient(0.2 * k, n) for n in range(k, k + 8)])
    for k, found in enumerate(results):
        for n, (value, slope) in zip(range(k, k + 8), found):
            expected = module_gradient(0.2 * k, n)
            assert frozen(value) == frozen(branching(0.2 * k, n))
            assert frozen(slope) == frozen(expected[1])


def test_different_kinds_from_eight_threads():
    gradient = sg.grad(lambda v: np.sum(np.tanh(v) * v))
    arrays = [V, V.reshape(3, 1), V.astype(np.float32), np.zeros(0), np.ones((1, 3)), np.array(0.5)]
    inputs = [0.5, np.float64(0.5), *arrays]
    results = together(lambda k: gradient(inputs[k]))
    for argument, result in zip(inputs, results):
        t = np.tanh(argument)
        np.testing.assert_allclose(result, t + (1.0 - t * t) * argument, rtol=1e-6)


def test_pullbacks_used_in_other_threads():
    _, pullback = sg.vjp(lambda v: np.outer(v, v), V)
    expected = frozen(pullback(np.ones((3, 3))))
    results = together(lambda k: [frozen(pullback(np.ones((3, 3)))) for _ in range(20)])
    assert all(bits == expected for found in results for bits in found)


def test_recursion_from_eight_threads():
    def power(x, n):
        return 1.0 if n == 0 else x * power(x, n - 1)

    gradient = sg.grad(power)
    for k, slope in enumerate(together(lambda k: gradient(1.5, k))):
        np.testing.assert_allclose(slope, k * 1.5 ** (k - 1))


# --------------------------------------------------------------------------------------------------- fork and pickle


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_call_after_fork():
    """A child calls what its parent called, and what nobody called yet."""
    warm, cold = sg.value_and_grad(branching), sg.value_and_grad(branching)
    expected = [frozen(warm(0.7, n)) for n in range(4)]
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            found = [frozen(gradient(0.7, n)) for gradient in (warm, cold) for n in range(4)]
            status = 0 if found == expected * 2 else 2
            os.write(writer, b"done")
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        assert pipe.read() == b"done"
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert frozen(warm(0.7, 2)) == expected[2]


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_fork_while_another_thread_emits():
    """A lock that another thread holds at the fork must not stop the child."""
    stop = threading.Event()

    def busy() -> None:
        while not stop.is_set():
            sg.grad(lambda x: np.sin(x) * x + np.exp(x))(0.5)

    thread = threading.Thread(target=busy)
    thread.start()
    try:
        with multiprocessing.get_context("fork").Pool(2) as pool:
            found = pool.starmap_async(module_gradient, [(0.7, n) for n in range(6)]).get(timeout=60)
    finally:
        stop.set()
        thread.join()
    assert [frozen(result) for result in found] == [frozen(module_gradient(0.7, n)) for n in range(6)]


def test_pickled_gradient_works_in_a_new_process():
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        (found,) = pool.starmap_async(module_gradient, [(0.7, 4)]).get(timeout=120)
    assert frozen(found) == frozen(module_gradient(0.7, 4))


def test_pickle_keeps_the_form():
    gradient = sg.grad(network, argnums=("params",))
    again = pickle.loads(pickle.dumps(gradient))
    assert frozen(again(PARAMS, V)) == frozen(gradient(PARAMS, V))


# ------------------------------------------------------------------------------------------------------------- memory


def grown(call: Any, times: int) -> tuple[int, int]:
    """Growth in traced bytes and in objects over calls, after a warm-up."""
    for _ in range(200):
        call()
    gc.collect()
    objects = len(gc.get_objects())
    tracemalloc.start()
    try:
        call()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(times):
            call()
        gc.collect()
        after = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    return after - before, len(gc.get_objects()) - objects


def test_no_growth_over_many_calls():
    """1e5 calls, most of them untraced: the number of objects and the blocks in use stay."""
    gradient = sg.value_and_grad(lambda x, n: x * x if n else x + 1.0)
    for n in (0, 1):
        gradient(0.7, n)
    gc.collect()
    objects, blocks = len(gc.get_objects()), sys.getallocatedblocks()
    for i in range(100_000):
        gradient(0.7, i % 2)
    gc.collect()
    assert len(gc.get_objects()) - objects < 100
    assert sys.getallocatedblocks() - blocks < 2000
    assert gradient.cache_info().signatures == 2


@pytest.mark.parametrize(
    "call",
    [
        lambda: module_gradient(0.7, 5),
        lambda: network_gradient(PARAMS, V),
        lambda: sg.vjp(network, PARAMS, V)[1](1.0),
    ],
    ids=["loop", "structure", "vjp"],
)
def test_no_growth_of_traced_memory(call):
    size, objects = grown(call, 1500)
    assert size < 30_000
    assert objects < 50


network_gradient = sg.grad(network)


def test_no_growth_when_functions_come_and_go():
    """Gradients of functions that are dropped are dropped with them."""

    def make(k: float) -> Any:
        def f(x):
            return x * x * k

        return f

    def call() -> None:
        sg.grad(make(2.0))(0.7)

    for _ in range(5):
        call()
    f = make(3.0)
    reference = weakref.ref(f)
    sg.grad(f)(0.7)
    del f
    gc.collect()
    assert reference() is None


def test_no_cycles_left_by_a_call():
    for call in (
        lambda: module_gradient(0.7, 5),
        lambda: network_gradient(PARAMS, V),
        lambda: sg.vjp(network, PARAMS, V)[1](1.0),
    ):
        for _ in range(3):
            call()
        gc.collect()
        gc.disable()
        try:
            for _ in range(50):
                call()
            assert gc.collect() == 0
        finally:
            gc.enable()


def test_arrays_are_freed_when_a_call_is_over():
    v = np.ones(1000)
    gradient = sg.grad(lambda v: np.sum(np.tanh(v) * v))
    gradient(v)
    count = sys.getrefcount(v)
    result = gradient(v)
    assert sys.getrefcount(v) == count
    reference = weakref.ref(result)
    del result
    assert reference() is None


def test_arguments_of_the_first_call_are_freed():
    class Held:
        def __init__(self, w):
            self.w = w

    def f(held, x):
        return np.sum(held.w * x)

    for derivative in (sg.grad(f), lambda held, x: sg.jvp(f, (held, x), (held, x))):
        held, x = Held(np.ones(3)), np.ones(3)
        references = [weakref.ref(each) for each in (held, held.w, x)]
        for _ in range(3):
            derivative(held, x)
        del held, x
        gc.collect()
        assert [reference() for reference in references] == [None, None, None]


def test_arrays_are_freed_when_a_call_fails():
    def f(v, n):
        w = np.tanh(v)
        if n:
            raise ArithmeticError
        return np.sum(w)

    v = np.ones(1000)
    gradient = sg.grad(f)
    gradient(v, 0)
    count = sys.getrefcount(v)
    for _ in range(3):
        with pytest.raises(ArithmeticError):
            gradient(v, 1)
    gc.collect()
    assert sys.getrefcount(v) == count


def test_pullback_frees_what_it_kept():
    v = np.ones(1000)
    _, pullback = sg.vjp(lambda v: np.tanh(v) * v, v)
    pullback(v)
    count = sys.getrefcount(v)
    del pullback
    assert sys.getrefcount(v) <= count
