"""Error texts are golden files, one for each family of calls that are wrong. With
TTNN_UPDATE_GOLDEN=1 in the environment they are written anew; the change is visible in the diff.
"""

import os
import pathlib
import re

import pytest

FOLDER = pathlib.Path(__file__).parent / "golden_errors"


def error_text(name, call):
    """What `call()` raises, under its name. Meshes and traces are counted, and lines of tests move,
    so their numbers are left out.
    """
    with pytest.raises(Exception) as caught:  # the text says which
        call()
    text = re.sub(r"with id \d+", "with id N", str(caught.value))
    text = re.sub(r"\b([Tt]id) \d+", r"\1 N", text)
    text = re.sub(r"[^\s(]*/(test_\w+\.py):\d+", r"\1:N", text)
    text = f"[{name}]\n{caught.type.__name__}: {text}\n"
    del caught  # its traceback holds this frame, and with it the call's tensors
    return text


def expect_golden(file, texts):
    golden = FOLDER / file
    if os.environ.get("TTNN_UPDATE_GOLDEN"):
        golden.write_text("\n".join(texts))
    assert "\n".join(texts) == golden.read_text()


def expect_error_texts(file, calls):
    expect_golden(file, [error_text(name, call) for name, call in calls.items()])
