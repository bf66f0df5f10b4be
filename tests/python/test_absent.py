"""TT-NN's names that are not implemented yet, and arguments that are accepted and do nothing."""

import pytest
import torch

import ttnn
from ttnn import absent


@pytest.mark.parametrize("name", ["conv2d", "experimental.deepseek_moe_reduce_scatter"])
def test_calling_a_missing_operation_names_it(name):
    missing = ttnn
    for part in name.split("."):
        missing = getattr(missing, part)
    with pytest.raises(NotImplementedError, match=f"ttnn.{name} is not implemented"):
        missing(1, dim=2)


def test_a_missing_class_refuses_its_members():
    with pytest.raises(NotImplementedError, match=r"ttnn\.D2HSocket"):
        ttnn.D2HSocket.barrier()


def test_other_names_are_no_attributes():
    assert not hasattr(ttnn, "no_such_name")
    assert not hasattr(ttnn.experimental, "no_such_name")


def test_every_name_of_a_module_is_found():
    def is_of_a_module(name):
        return all(part[0].islower() or part[0] == "_" for part in name.split(".")[:-1])

    for name in filter(is_of_a_module, absent.names()):
        found = ttnn
        for part in name.split(".")[1:]:
            found = getattr(found, part)


def test_ignored_arguments_belong_to_operations():
    known = set(ttnn._ttnn.operations) | {name.removeprefix("ttnn.") for name in absent.names()}
    assert set(ttnn._ttnn.ignored_arguments) <= known


def test_an_ignored_argument_changes_nothing(device):
    x = ttnn.from_torch(torch.linspace(-3, 3, 50).reshape(1, 50), device=device)
    with_it = ttnn.gelu(x, fast_and_approximate_mode=True)
    assert torch.equal(ttnn.to_torch(with_it), ttnn.to_torch(ttnn.gelu(x)))


def test_an_unknown_argument_is_refused(device):
    x = ttnn.from_torch(torch.ones(1, 5), device=device)
    with pytest.raises(TypeError, match="no argument named 'program_configuration'"):
        ttnn.gelu(x, program_configuration=None)


@pytest.mark.parametrize("variant", ["Accurate", "Tanh", "FastLut"])
def test_gelu_has_variants(device, variant):
    x = torch.linspace(-3, 3, 50).reshape(1, 50)
    approximate = "tanh" if variant == "Tanh" else "none"
    expected = torch.nn.functional.gelu(x, approximate=approximate)
    given = ttnn.from_torch(x, device=device)
    result = ttnn.gelu(given, variant=getattr(ttnn.GeluVariant, variant))
    assert torch.allclose(ttnn.to_torch(result), expected, atol=1e-6)
    assert variant == "Tanh" or not torch.equal(
        ttnn.to_torch(result), torch.nn.functional.gelu(x, approximate="tanh")
    )


@pytest.mark.parametrize("decimals", [-1, 0, 2])
def test_round_takes_decimals(device, decimals):
    x = torch.linspace(-30, 30, 101).reshape(1, 101)
    result = ttnn.round(ttnn.from_torch(x, device=device), decimals=decimals)
    assert torch.equal(ttnn.to_torch(result), x.round(decimals=decimals))
