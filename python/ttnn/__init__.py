"""TT-NN's mesh-of-devices programming model on ordinary machines."""

from __future__ import annotations

import importlib.util
from typing import Any

from ttnn import _ttnn, absent, namespaces
from ttnn._ttnn import Tensor
from ttnn.communication import record_communication
from ttnn.config import CONFIG, manage_config
from ttnn.core import *
from ttnn.decorators import (
    attach_golden_function,
    command_queue,
    create_module_if_not_exists,
    dump_operations,
    get_current_command_queue_id_for_thread,
    get_fallback_function,
    get_golden_function,
    query_registered_operations,
    register_cpp_operation,
    register_post_operation_hook,
    register_pre_operation_hook,
    register_python_operation,
)
from ttnn.device import *
from ttnn.distributed.distribute import distribute
from ttnn.distributed.mappers import *
from ttnn.distributed.shards import *
from ttnn.distributed.visualize import (
    visualize_mesh_device,
    visualize_system_mesh,
    visualize_tensor,
)
from ttnn.global_semaphore import *
from ttnn.golden_mode import golden_mode
from ttnn.placement import PlacementWarning
from ttnn.printing import set_printoptions
from ttnn.queues import *
from ttnn.routes import *
from ttnn.sockets import *
from ttnn.topology import visualize_topology
from ttnn.trace import *
from ttnn.transfer import *
from ttnn.types import *

__version__ = "0.1.0"


def _register_operations() -> None:
    for name, operation in _ttnn.operations.items():
        module, _, attribute = f"ttnn.{name}".rpartition(".")
        register_cpp_operation(create_module_if_not_exists(module), attribute, operation)


_register_operations()

from ttnn import indexing, tensor_methods  # noqa: E402
from ttnn.conversion import from_dlpack, from_torch, to_torch  # noqa: E402
from ttnn.tensor_file import as_tensor, dump_tensor, load_tensor  # noqa: E402


def __getattr__(name: str) -> Any:
    if importlib.util.find_spec(f"ttnn.{name}"):  # loaded when first named: some need torch
        return importlib.import_module(f"ttnn.{name}")
    if name == "pearson_correlation_coefficient":
        return importlib.import_module("ttnn.comparison").pearson_correlation_coefficient
    return absent.stand_in("ttnn", name)


namespaces.install()
absent.install()
