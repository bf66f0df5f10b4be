"""Writes tests/python/data/accuracy.json: the element-wise operations whose float32 errors are beyond
the bound, beside those of torch's float32 on the same numbers, and the machine that this ran on.

  PYTHONPATH=build/dev/python .venv/bin/python tools/accuracy.py

Why an operation is worse is written by hand into its line, which keeps it.
"""

import json
import math
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent / "tests/python"
sys.path.insert(0, str(TESTS))

import exact  # noqa: E402
import test_elementwise_values as values  # noqa: E402
import torch  # noqa: E402

import ttnn  # noqa: E402
from ttnn.info import machine_info  # noqa: E402

DATA = TESTS / "data/accuracy.json"


def machine() -> str:
    found = machine_info()
    cpu, kernels = found["cpu"], found["kernels"]
    return (
        f"{cpu['name']}, family {cpu['family']}, model {cpu['model']}, instruction set "
        f"{kernels['instruction set']}, torch {found['versions']['torch']}"
    )


def largest_errors(name: str, device: ttnn.Device) -> tuple[float, float]:
    """Ours, and torch's where ours are beyond the bound."""
    arguments = exact.ARGUMENTS.get(name, {})
    unary = name in values.UNARY_NAMES
    inputs = values.a_million(4) if unary else values.pairs(torch.float32, 500_000, 6)
    found, theirs = values.run(name, device, *inputs), exact.in_float32(name, *inputs, **arguments)
    right = exact.exact(name, *inputs, **arguments)
    ours = exact.errors(right, found).where(~exact.overflows_as_in(found, theirs), 0.0)
    beyond = ours > exact.UNITS[torch.float32]
    if not beyond.any():
        return 0.0, 0.0
    return float(ours.max()), float(exact.errors(right, theirs)[beyond].max())


def rounded_up(error: float) -> int:
    step = 10 ** math.floor(math.log10(error))
    return math.ceil(error / step) * step


def measured() -> dict[str, dict[str, object]]:
    device = ttnn.open_device(device_id=0)
    rows = {}
    for name in sorted({*values.UNARY_NAMES, *values.BINARY_NAMES}):
        ours, theirs = largest_errors(name, device)
        if ours:
            where = exact.WIDER.get(name, {}).get("where", "")
            rows[name] = {"where": where, "units": rounded_up(ours), "torch": math.floor(theirs)}
    ttnn.close_device(device)
    return rows


if __name__ == "__main__":
    found = {"measured_on": machine(), "operations": measured()}
    DATA.write_text(json.dumps(found, indent=2) + "\n")
    print(f"{DATA.name}: {', '.join(found['operations'])}, on {found['measured_on']}")
