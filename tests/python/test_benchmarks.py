"""The benchmark program: that it runs, checks its results, and fails where it must. Nothing timed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture
def benchmarks(monkeypatch):
    """The program's modules, importable by their own names."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(BENCHMARKS)):
            del sys.modules[name]


def run(*arguments):
    command = [sys.executable, BENCHMARKS / "run.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.slow
def test_a_quick_run_measures_and_checks_rows_of_every_family(tmp_path):
    file = tmp_path / "figures.json"
    words = [
        "falcon",
        "transfers",
        "add 1x4",
        "add 8x4",
        "softmax dim -1",
        "relu float32",
        "all_gather dim 0",
        "all_reduce 4 KiB",
    ]
    found = run("--quick", "--json", file, *words)
    assert found.returncode == 0, found.stdout + found.stderr
    saved = json.loads(file.read_text())
    listed = run("--list").stdout.splitlines()
    assert {row["family"] for row in saved["rows"]} == {line.split(":")[0] for line in listed}
    for row in saved["rows"]:
        assert row["seconds"] > 0 and not row["absent"], row
    assert saved["machine"]["limits"]["copy GB/s"] > 0


def test_words_select_families_and_names(benchmarks):
    import click
    import run as program

    names = [(case.family, case.name) for case in program.selected(program.CASES, ["small"])]
    assert names and all(family == "small" for family, _ in names)
    names = [case.name for case in program.selected(program.CASES, ["softmax", "falcon"])]
    assert "mlp" in names and "softmax dim -1 float32" in names and "relu float32" not in names
    with pytest.raises(click.ClickException, match="nothing is called 'sofmax'"):
        program.selected(program.CASES, ["sofmax"])


def test_a_wrong_result_fails_and_has_no_time(benchmarks):
    import operation
    import row

    import ttnn

    doubled = operation.Operation(
        "doubled", lambda n: (torch.randn(n, n),), lambda x: ttnn.add(x, x), torch.relu
    )
    setting = row.Setting(quick=True, workers=1)
    (found,) = operation.cases([doubled])[0].rows(setting)
    assert found.fails and found.seconds is None
    assert found.problem.startswith("wrong result: Beyond 1.0 ulp")


def test_an_absent_operation_is_listed_and_does_not_fail(benchmarks):
    import operation
    import row

    def convolve(x):
        raise NotImplementedError("ttnn.conv2d is not implemented yet.")

    absent = operation.Operation("conv", lambda n: (torch.randn(n, n),), convolve, torch.relu)
    (found,) = operation.cases([absent])[0].rows(row.Setting(quick=True, workers=1))
    assert not found.fails and "conv2d" in found.absent


@pytest.mark.parametrize(
    ("before", "second_look", "fails"), [(1.0, 1.0, True), (1.0, 10.0, False), (10.0, 1.0, False)]
)
def test_work_faster_than_its_limit_fails(benchmarks, before, second_look, fails):
    import race
    import row
    from limits import Limit

    times = race.Times()
    times.seconds["ours"], times.rates["ours"] = [1e-9, 2e-9], [before, before]
    limit = Limit("read", "GB/s", 10.0, lambda: second_look)  # the best turn ran at 10 GB/s
    found = row.Row("memory", "sum")
    row.bound_of(times, "ours", limit, found, row.Setting(quick=False, workers=1))
    assert found.fails == fails
    assert found.bound.fraction.best == pytest.approx(10.0 / max(before, second_look))
    assert ("wrong limit" in found.problem) == fails


def test_ratios_are_best_over_best_and_the_median_of_turns(benchmarks):
    import race

    times = race.Times()
    times.seconds = {"ours": [4.0, 2.0, 3.0], "torch": [1.0, 1.0, 3.0]}
    assert times.ratio("ours", "torch") == race.Ratio(2.0, 2.0)
    times.seconds["ours"] = [4.0, 1.0, 30.0]
    assert times.ratio("ours", "torch") == race.Ratio(1.0, 4.0)


def test_contestants_take_turns(benchmarks):
    import race

    seen = []

    def contestant(name):
        def run():
            seen.append(name)
            end = race.time.perf_counter() + 2e-3  # longer than what is repeated
            while race.time.perf_counter() < end:
                pass

        return run

    race.race({n: contestant(n) for n in "AB"}, race.Effort(rounds=(3, 3), seconds=0))
    assert "".join(seen[-6:]) == "ABABAB"


def test_a_contestant_elsewhere_times_itself(benchmarks):
    import race

    class Elsewhere:
        def __call__(self):
            pass

        def seconds(self, calls):
            return 0.25

    times = race.race({"peer": Elsewhere()}, race.Effort(rounds=(2, 2), seconds=0))
    assert times.seconds["peer"] == [0.25, 0.25]


def peer_of(program):
    """A peer of one process that runs this Python program."""
    import peer

    return peer.Peer("other", [[sys.executable, "-c", program]])


def test_a_peer_answers_with_its_seconds(benchmarks):
    import peer

    program = """
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps({"seconds": request["bytes"] / request["calls"]}), flush=True)
"""
    other = peer_of(program)
    run = other.run(peer.Collective("all_gather", 0, 12))
    assert run.seconds(4) == 3.0
    other.stop()


def test_a_peer_that_cannot_says_why(benchmarks):
    import peer

    lacking = peer_of(
        "import json; print(json.dumps({'absent': 'no scatter'}), flush=True); input()"
    )
    with pytest.raises(peer.Absent, match="no scatter"):
        lacking.run(peer.Collective("reduce_scatter", 0, 12))
    lacking.stop()
    dying = peer_of("raise SystemExit('broken install')")
    for _ in range(2):  # it is tried again for the next row
        with pytest.raises(peer.Absent, match="broken install"):
            dying.run(peer.Collective("all_gather", 0, 12))


def test_a_peer_that_is_not_installed_is_left_out_with_a_line(benchmarks, monkeypatch, tmp_path):
    import peer

    monkeypatch.setattr(peer, "PEERS_PYTHON", tmp_path / "python")
    (line,) = peer.missing()
    assert line.startswith("JAX is not installed") and "./dev peers" in line
    assert [one.name for one in peer.installed()] == ["gloo"]


def test_gloo_gathers_sums_and_scatters(benchmarks):
    import peer

    gloo = peer.gloo()
    for op, dim in (
        ("all_gather", 0),
        ("all_gather", -1),
        ("all_reduce", 0),
        ("reduce_scatter", 0),
    ):
        assert gloo.run(peer.Collective(op, dim, 64 * 64 * 4)).seconds(2) > 0, op
    gloo.stop()


def test_collectives_run_without_peers_and_with_those_that_fail(benchmarks, monkeypatch):
    import collectives
    import row

    dying = peer_of("raise SystemExit('broken install')")
    for peers in ([], [dying]):
        monkeypatch.setattr(collectives, "installed_peers", lambda peers=peers: peers)
        case = next(case for case in collectives.cases() if case.name == "reduce_scatter dim 0")
        (found,) = case.rows(row.Setting(quick=True, workers=1))
        assert not found.fails and found.seconds > 0 and not found.ratios, found
        assert ("broken install" in found.figures.get("other", "")) == bool(peers)


def test_a_wrong_collective_fails(benchmarks, monkeypatch):
    import collectives
    import row

    import ttnn

    monkeypatch.setattr(collectives, "installed_peers", lambda: [])
    rounded_otherwise = collectives.Large(
        "all_reduce", 0, lambda x, dim: ttnn.multiply(ttnn.all_reduce(x), 1.0000001), 4, 1.2
    )
    monkeypatch.setattr(collectives, "LARGE", [rounded_otherwise])
    (found,) = collectives.cases()[0].rows(row.Setting(quick=True, workers=1))
    assert found.problem == "wrong result: device 0 holds other bits"


def test_figures_go_between_the_marks_of_a_page(benchmarks, tmp_path):
    import report
    import row
    from race import Ratio

    rows = [row.Row("ops", "relu float32", 1e-3, {"torch": Ratio(0.5, 0.6)})]
    machine = {
        "processor": "A", "cores": 2, "workers": 2, "instruction set": "avx2", "torch": "2",
        "limits": {"copy GB/s": 20.0}, "load": 0.0,
    }  # fmt: skip
    page = tmp_path / "page.md"
    titles = report._TITLES.get(rows[0].family, rows[0].family), report._TITLES["memory"]
    old = "".join(f"### {title}\n\nold table of {title}\n\n" for title in titles)
    page.write_text(f"before\n{report._BEGIN}{old}{report._END}after\n")
    report.replace_figures(page, rows, machine)
    text = page.read_text()
    assert text.startswith("before\n") and text.endswith("after\n")
    assert f"old table of {titles[0]}" not in text  # was measured
    assert f"old table of {titles[1]}" in text
    assert "| relu float32 | 1 ms | 0.50 (0.60) |" in text
    page.write_text("no marks")
    with pytest.raises(ValueError, match="no place for figures"):
        report.replace_figures(page, rows, machine)
