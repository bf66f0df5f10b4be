"""`python -m ttnn info`: its facts are there on every machine; what they are is the machine's affair."""

import json
import os
import subprocess
import sys

import pytest

from ttnn import _ttnn, info

SECTIONS = {
    "cpu": {"architecture", "vendor", "name", "family", "model", "stepping"},
    "kernels": {
        "backend",
        "row of the table",
        "measured",
        "instruction sets of this CPU",
        "instruction set",
        "tiles (AMX)",
    },
    "products": {"float32", "bfloat16", "block floats", "float32 and another"},
    "workers": {"count", "because", "processors", "physical cores", "quota"},
    "memory": {"total", "available", "huge page", "transparent huge pages"},
    "versions": {"tilemesh", "python", "numpy", "ml_dtypes", "torch", "oneDNN"},
}

CPUINFO = """processor\t: 0
vendor_id\t: GenuineIntel
cpu family\t: 6
model\t\t: 143
model name\t: Intel(R) Xeon(R) Platinum: 8481C
stepping\t: 8
flags\t\t: fpu amx_tile
address sizes\t: 46 bits physical

processor\t: 1
vendor_id\t: another
"""


def run(*arguments, **environment):
    command = [sys.executable, "-m", "ttnn", "info", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | environment)


def test_every_fact_is_there_in_json():
    said = run("--json")
    assert said.returncode == 0, said.stderr
    found = json.loads(said.stdout)
    assert {title: set(section) for title, section in found.items()} == SECTIONS
    assert found["kernels"]["instruction set"] == _ttnn.limits.instruction_set()
    assert found["workers"]["count"] >= 1
    assert found["memory"]["total"] > found["memory"]["available"] > 0


def test_the_text_has_a_line_for_every_fact():
    said = run()
    assert said.returncode == 0, said.stderr
    facts = [line for line in said.stdout.splitlines() if line.startswith("  ")]
    assert len(facts) == sum(map(len, SECTIONS.values()))
    for name in SECTIONS["workers"]:
        assert any(line.split("  ")[1] == name for line in facts), name


def test_forced_workers_say_so_and_a_bad_setting_is_told():
    found = json.loads(run("--json", TTNN_NUM_WORKERS="3").stdout)
    assert (found["workers"]["count"], found["workers"]["because"]) == (3, "TTNN_NUM_WORKERS")
    said = run(TTNN_ISA="sse9")
    assert said.returncode == 1
    assert said.stderr.startswith("Error: TTNN_ISA=sse9: ") and "Traceback" not in said.stderr


def test_the_processor_is_read_from_the_first_one():
    found = info.processor(CPUINFO)
    del found["architecture"]
    assert found == {
        "vendor": "GenuineIntel",
        "name": "Intel(R) Xeon(R) Platinum: 8481C",
        "family": 6,
        "model": 143,
        "stepping": 8,
    }
    assert info.processor("")["name"] is None


@pytest.mark.parametrize(
    ("count", "quota", "environment", "because"),
    [
        (4, None, {}, "physical cores among the 8 processors that it may use"),
        (4, 6.0, {}, "physical cores among the 8 processors that it may use"),
        (2, 1.5, {}, "control groups allow 1.5 processors' time, of 4 physical cores"),
        (7, 1.5, {}, "set_num_workers"),
        (7, 1.5, {"TTNN_NUM_WORKERS": "7"}, "TTNN_NUM_WORKERS"),
    ],
)
def test_the_number_of_workers_has_a_reason(count, quota, environment, because):
    default = 4 if quota is None or quota > 4 else 2
    usable = {"processors": 8, "physical cores": 4, "quota": quota, "workers": default}
    assert info.why_so_many(count, usable, environment) == because


def test_memory_is_told_where_the_system_tells_it(tmp_path):
    assert set(info.memory(tmp_path).values()) == {None}
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/meminfo").write_text(
        "MemTotal:       1024 kB\nMemAvailable:    512 kB\nHugepagesize:   2048 kB\n"
    )
    modes = tmp_path / "sys/kernel/mm/transparent_hugepage/enabled"
    modes.parent.mkdir(parents=True)
    modes.write_text("always [madvise] never\n")
    assert info.memory(tmp_path) == {
        "total": 2**20,
        "available": 2**19,
        "huge page": 2**21,
        "transparent huge pages": "madvise",
    }
