"""Programs as models run them with traces: the example that decodes, and a shadow beside it."""

import pathlib
import runpy

import ttnn

EXAMPLE = pathlib.Path(__file__).parents[2] / "examples" / "python" / "decode_loop.py"
SAME = "12 tokens; replays give the bits of the operations one by one: True"


def test_decoding_by_replays_is_decoding_by_operations(capsys):
    runpy.run_path(str(EXAMPLE))["main"](steps=12, measure=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == SAME
    name, _, pcc = lines[1].rpartition(" ")
    assert name == "PCC with torch in float32 over all steps:" and float(pcc) > 0.9995


def test_decoding_in_shadow_mode(capsys):
    with ttnn.shadow_traces():
        runpy.run_path(str(EXAMPLE))["main"](steps=12, measure=False)
    assert capsys.readouterr().out.splitlines()[0] == SAME
