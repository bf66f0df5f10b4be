"""A real pretrained network on real text: 64 sentences, data parallel on 1x4, against torch."""

import pathlib

import pytest


@pytest.mark.slow
def test_embeddings_are_those_of_torch(monkeypatch, capsys):
    monkeypatch.syspath_prepend(str(pathlib.Path(__file__).parents[2] / "examples" / "python"))
    import minilm

    assert len(minilm.SENTENCES) == 64
    assert minilm.main() < 1e-2
    assert "64 sentences" in capsys.readouterr().out
