"""What a test may leave behind it: open meshes and settings of the process. All of it is put back,
so that a test that fails or raises half-way cannot make another fail.
"""

import contextlib
import gc
import logging
import os
import random
import sys

import numpy as np

import ttnn
from ttnn import _ttnn, decorators, printing
from ttnn.golden_mode import _modes

LOGGER = logging.getLogger("ttnn")
WATCHERS = (
    _modes,
    decorators.PRE_OPERATION_HOOKS,
    decorators.POST_OPERATION_HOOKS,
)


def _set_environment(values):
    os.environ.clear()
    os.environ.update(values)


def _set_logger(values):
    level, LOGGER.disabled, LOGGER.propagate, LOGGER.handlers[:] = values
    LOGGER.setLevel(level)


def _set_config(values):
    for name, value in values.items():
        if ttnn.CONFIG._values[name] != value:
            setattr(ttnn.CONFIG, name, value)


def _set_watchers(values):
    for watchers, before in zip(WATCHERS, values, strict=True):
        watchers[:] = before
    decorators.choose_path()


def _set_operations(values):
    decorators.REGISTERED_OPERATIONS._by_name = values


def _set_print_options(values):
    printing._options = values


# name: (how it is read, how it is put back), in the order of putting back: the system may change
# only when no mesh is open, and whether replays are shadowed follows from the watchers.
SETTINGS = {
    "the environment": (lambda: dict(os.environ), _set_environment),
    "the working directory": (os.getcwd, os.chdir),
    "the log": (
        lambda: (LOGGER.level, LOGGER.disabled, LOGGER.propagate, list(LOGGER.handlers)),
        _set_logger,
    ),
    "ttnn.CONFIG": (lambda: dict(ttnn.CONFIG._values), _set_config),
    "golden modes and hooks": (lambda: [list(watchers) for watchers in WATCHERS], _set_watchers),
    "shadows of traces": (_ttnn.shadow_traces, _ttnn.set_shadow_traces),
    "registered operations": (
        lambda: dict(decorators.REGISTERED_OPERATIONS._by_name),
        _set_operations,
    ),
    "print options": (lambda: printing._options, _set_print_options),
    "the default device": (ttnn.GetDefaultDevice, ttnn.SetDefaultDevice),
    "the system": (lambda: _ttnn.system_model().name, ttnn.select_system),
    "the fabric": (ttnn.get_fabric_config, _ttnn.set_fabric_config),
    "the number of workers": (_ttnn.num_workers, _ttnn.set_num_workers),
}
TORCH = (
    ("get_num_threads", "set_num_threads"),
    ("is_grad_enabled", "set_grad_enabled"),
    ("get_default_dtype", "set_default_dtype"),
)


def _note_torch():
    """What torch's settings are; those that it begins with where it is not imported, which is left at
    that: (settings, state of the generator). The number of threads is the machine's.
    """
    torch = sys.modules.get("torch")
    if torch is None:
        return None
    return {put: getattr(torch, get)() for get, put in TORCH}, torch.get_rng_state()


def _put_back_torch(noted):
    torch = sys.modules.get("torch")
    if torch is None:
        return
    at_first = {"set_grad_enabled": True, "set_default_dtype": torch.float32}
    settings, generator = noted or (at_first, torch.Generator().get_state())
    for get, put in TORCH:
        if put in settings and getattr(torch, get)() != settings[put]:
            getattr(torch, put)(settings[put])
    torch.set_rng_state(generator)


class Leftovers:
    """What is there when it is made is no one's leftover; `clear` puts back everything else."""

    def __init__(self):
        self._meshes = {mesh.id() for mesh in _ttnn.open_meshes()}
        self._settings = {name: read() for name, (read, _) in SETTINGS.items()}
        self._generators = random.getstate(), np.random.get_state()
        self._torch = _note_torch()

    def clear(self):
        """What had been left that a test must not leave: meshes that are open."""
        left = self._close_meshes()
        _ttnn.set_task_delay(0)
        for name, before in self._settings.items():
            read, write = SETTINGS[name]
            if read() != before:
                write(before)
        random.setstate(self._generators[0])
        np.random.set_state(self._generators[1])
        _put_back_torch(self._torch)
        return left

    def _close_meshes(self):
        left = self._left_open()
        if left:
            del left
            gc.collect()  # a mesh that only a cycle holds was dropped, which closes it
            left = self._left_open()
        texts = [f"{mesh!r} with id {mesh.id()}" for mesh in left]
        for mesh in left:
            with contextlib.suppress(Exception):  # what failed on it was for the test to see
                mesh.close()
        for mesh in _ttnn.open_meshes():
            if _ttnn.is_trace_capture_active(mesh):
                texts.append(f"a capture on {mesh!r} with id {mesh.id()}")
                _ttnn.forget_traces(mesh)
        with contextlib.suppress(Exception):
            _ttnn.throw_unreported()
        return texts

    def _left_open(self):
        return [mesh for mesh in _ttnn.open_meshes() if mesh.id() not in self._meshes]
