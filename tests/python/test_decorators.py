"""Operation objects, their registry, hooks, logging and command queues."""

import inspect
import logging
import threading

import pytest
import torch

import ttnn
from ttnn.decorators import FastOperation, create_module_if_not_exists


@pytest.fixture
def x(device):
    return ttnn.from_torch(torch.randn(32, 32), layout=ttnn.TILE_LAYOUT, device=device)


@pytest.fixture
def doubled():
    """An operation registered for one test."""

    @ttnn.register_python_operation(
        name="ttnn.testing_only.doubled", golden_function=lambda x, times=2: x * times
    )
    def doubled(x, times=2):
        """Twice x."""
        return ttnn.multiply(x, times)

    yield doubled
    del ttnn.decorators.REGISTERED_OPERATIONS._by_name["ttnn.testing_only.doubled"]


@pytest.mark.parametrize("name", ["from_torch", "gelu", "add", "to_torch"])
def test_operations_of_both_languages_have_the_attributes_of_tt_nn(name):
    op = getattr(ttnn, name)
    assert op.python_fully_qualified_name == op.__name__ == f"ttnn.{name}"
    assert callable(op.function) and callable(op.golden_function)
    assert op.preprocess_golden_function_inputs is None
    assert op.postprocess_golden_function_outputs is None
    assert op.is_experimental is False
    assert op.is_cpp_operation is (name not in ("from_torch", "to_torch"))
    assert "output_tensor" in op.output_tensor_kwarg_names
    assert op == op and op != ttnn.relu and len({op, op}) == 1
    assert op in ttnn.query_registered_operations()


def test_operations_sort_by_name():
    names = [
        op.python_fully_qualified_name for op in sorted([ttnn.relu, ttnn.from_torch, ttnn.add])
    ]
    assert names == ["ttnn.add", "ttnn.from_torch", "ttnn.relu"]
    listed = [op.python_fully_qualified_name for op in ttnn.query_registered_operations()]
    assert listed == sorted(listed) and "ttnn.linear" in listed


def test_a_python_operation(doubled, x):
    assert isinstance(doubled, FastOperation) and ttnn.testing_only.doubled is doubled
    assert list(inspect.signature(doubled).parameters) == ["x", "times"]
    assert (
        doubled.__doc__ == "Twice x." and repr(doubled) == "<operation ttnn.testing_only.doubled>"
    )
    torch.testing.assert_close(ttnn.to_torch(doubled(x, times=4)), 4 * ttnn.to_torch(x))
    assert ttnn.get_golden_function(doubled)(torch.ones(1)).item() == 2
    with pytest.raises(
        RuntimeError, match=r'Operation with name "ttnn\.\S+" is already registered'
    ):
        ttnn.register_python_operation(name="ttnn.testing_only.doubled")(lambda x: x)


def test_modules_are_made_with_their_parents():
    module = create_module_if_not_exists("ttnn.testing_only.deeper.still")
    assert ttnn.testing_only.deeper.still is module


def test_goldens_are_attached_and_found(doubled):
    assert ttnn.get_golden_function(ttnn.add)(torch.ones(1), 2).item() == 3
    ttnn.attach_golden_function(doubled, lambda x: x + 1)
    assert ttnn.get_golden_function(doubled)(torch.ones(1)).item() == 2
    doubled.golden_function = None
    with pytest.raises(RuntimeError, match=r"ttnn\.testing_only\.doubled does not have a golden"):
        ttnn.get_golden_function(doubled)


def test_the_fallback_computes_in_torch(x):
    result = ttnn.get_fallback_function(ttnn.add)(x, x)
    assert result.dtype == x.dtype and result.layout == x.layout
    torch.testing.assert_close(ttnn.to_torch(result), 2 * ttnn.to_torch(x))


def test_dump_operations(tmp_path):
    ttnn.dump_operations(tmp_path / "operations.csv")
    lines = (tmp_path / "operations.csv").read_text().splitlines()
    assert "ttnn.gelu,True,True" in lines and "ttnn.from_torch,False,True" in lines


def test_hooks_see_operations_of_both_languages(x):
    seen = []

    def before(operation, args, kwargs):
        seen.append(("before", operation.__name__, len(args), set(kwargs)))

    def after(operation, args, kwargs, output):
        seen.append(("after", operation.__name__, output))

    with ttnn.register_pre_operation_hook(before), ttnn.register_post_operation_hook(after):
        y = ttnn.add(x, 1.0, activations=[])
        ttnn.to_torch(y)
    ttnn.relu(x)
    assert seen[0] == ("before", "ttnn.add", 2, {"activations"})
    assert seen[1][:2] == ("after", "ttnn.add") and seen[1][2] is y
    assert [entry[1] for entry in seen[2:]] == ["ttnn.to_torch"] * 2


def test_hooks_must_return_nothing(x):
    refused = pytest.raises(RuntimeError, match=r"Pre-operation hook returned int for ttnn\.relu")
    with refused, ttnn.register_pre_operation_hook(lambda *a: 1):
        ttnn.relu(x)
    ttnn.relu(x)  # the hook is gone


def test_logging_names_operations_and_arguments(x, caplog):
    with caplog.at_level(logging.INFO, logger="ttnn"), ttnn.manage_config("enable_logging", True):
        ttnn.add(x, 1.0, dtype=ttnn.bfloat16)
    assert "ttnn.add(FLOAT32 TILE [32, 32], 1.0, dtype=" in caplog.text
    caplog.clear()
    ttnn.add(x, 1.0)
    assert "ttnn.add" not in caplog.text


def test_command_queues_of_a_block():
    current = ttnn.get_current_command_queue_id_for_thread
    assert int(current()) == 0
    with ttnn.command_queue(1):
        assert int(current()) == 1
        with ttnn.command_queue(0):
            assert int(current()) == 0
        assert int(current()) == 1
        seen = []
        thread = threading.Thread(target=lambda: seen.append(int(current())))
        thread.start()
        thread.join()
        assert seen == [0], "every thread has its own"
    assert int(current()) == 0
    with pytest.raises(ValueError, match="cq_id is None"), ttnn.command_queue(None):
        pass


def test_the_queue_of_one_call():
    seen = []

    @ttnn.register_python_operation(name="ttnn.testing_only.queue", golden_function=lambda: None)
    def queue():
        seen.append(int(ttnn.get_current_command_queue_id_for_thread()))

    try:
        queue(queue_id=1)
        queue(cq_id=1)
        queue(queue_id=None)
        queue()
    finally:
        del ttnn.decorators.REGISTERED_OPERATIONS._by_name["ttnn.testing_only.queue"]
    assert seen == [1, 1, 0, 0]
