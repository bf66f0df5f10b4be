"""The benchmark program: that it runs, checks its results, and fails where it must. Nothing timed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from error_texts import expect_error_texts

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
        "mlp, data parallel",
        "mlp 1x4 bfloat16 alone",
        "linear with bias",
        "idle mesh",
        "add 1x4",
        "softmax dim -1 float32",
        "relu bfloat16",
        "permute (0, 2, 1, 3) bfloat16",
        "shards on 1x4",
        "all_gather dim 0",
        "all_reduce 4 KiB",
        "matmul by size",
        "bfloat8_b 4096x14336",
    ]
    found = run("--quick", "--json", file, *words)
    assert found.returncode == 0, found.stdout + found.stderr
    saved = json.loads(file.read_text())
    listed = {line.split(":")[0] for line in run("--list").stdout.splitlines()}
    (measured,) = saved["runs"]
    rows = measured["rows"]
    assert {row["family"] for row in rows} == listed - {"kernels"}  # a release build's
    for row in rows:
        assert "absent" not in row, row
        assert row["name"].startswith("idle") or 0 < row["seconds"] <= row["median"], row
    assert measured["machine"]["limits"]["copy GB/s"] > 0
    of_products = [row for row in rows if row["family"] == "products"]
    assert [row["name"].split(",")[0] for row in of_products] == [
        "1 row", "8 rows", "16 rows", "32 rows", "128 rows", "512 rows"
    ]  # fmt: skip
    for row in of_products:
        assert row["figures"]["the fastest"] in row["numbers"], row


def test_a_saved_run_is_shown_and_compared_with_an_earlier_one(benchmarks, tmp_path):
    import run as program
    from click.testing import CliRunner

    def run(*arguments):
        return CliRunner().invoke(program.main, [str(argument) for argument in arguments])

    file = tmp_path / "figures.json"
    assert run("--quick", "--json", file, "neg float32").exit_code == 0
    older = json.loads(file.read_text())
    (then,) = older["runs"]
    (row,) = then["rows"]
    row["seconds"] *= 3
    row["median"] *= 3
    then["machine"]["cores"] += 1
    old_file = tmp_path / "old.json"
    old_file.write_text(json.dumps(older))
    shown = run("--load", file, "--compare", old_file)
    assert shown.exit_code == 0, shown.output
    assert f"{then['date']}, {then['commit']}: {then['machine']['processor']}" in shown.output
    assert "ops: neg float32" in shown.output and "faster" in shown.output
    assert "1 of 1 rows moved" in shown.output and "cores: " in shown.output


def test_words_select_families_and_names(benchmarks):
    import click
    import run as program

    names = [(case.family, case.name) for case in program.selected(program.CASES, ["small"])]
    assert names and all(family == "small" for family, _ in names)
    names = [case.name for case in program.selected(program.CASES, ["softmax", "falcon"])]
    assert (
        "mlp, float32" in names
        and "softmax dim -1 float32" in names
        and "relu float32" not in names
    )
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


class Elsewhere:
    """A contestant that says how long it took."""

    def __init__(self, seconds):
        self.expected = seconds
        self.calls = 0

    def __call__(self):
        pass

    def seconds(self, calls):
        self.calls += 1
        return self.expected


def test_a_contestant_elsewhere_times_itself(benchmarks):
    import race

    times = race.race({"peer": Elsewhere(0.25)}, race.Effort(rounds=(2, 2), seconds=0))
    assert times.seconds["peer"] == [0.25, 0.25]


def test_a_slow_contestant_has_fewer_turns_and_is_compared_over_them(benchmarks):
    import race

    slow, quick = Elsewhere(20.0), Elsewhere(1.0)
    times = race.race({"quick": quick, "slow": slow}, race.Effort(rounds=(5, 5), seconds=0))
    assert (quick.calls, slow.calls) == (5, 2)
    times.seconds["quick"] = [4.0, 2.0, 1.0, 1.0, 1.0]  # the last three had no rival beside them
    ratio = times.ratio("quick", "slow")
    assert (ratio.best, ratio.median) == (pytest.approx(0.1), pytest.approx(0.15))


def peer_of(program):
    """A peer of one process that runs this Python program."""
    import peer

    return peer.Peer("other", [[sys.executable, "-c", program]])


def serving(*lines):
    """A peer whose process serves one piece of work."""
    head = [f"import sys; sys.path.insert(0, {str(BENCHMARKS / 'peers')!r})", "from serve import *"]
    return peer_of("\n".join([*head, *lines]))


def test_a_peer_answers_with_its_seconds_and_its_memory(benchmarks):
    other = serving(
        "import time",
        "def nap(seconds): return Work(lambda: time.sleep(seconds), lambda result: None)",
        "serve({'nap': nap})",
    )
    run = other.run("nap", seconds=0.01)
    assert 0.01 <= run.seconds(3) < 10 and run.expected >= 0.01
    assert run.peak > 2**20
    other.stop()


def test_a_peer_whose_result_is_wrong_does_not_take_part(benchmarks):
    import peer

    other = serving(
        "def two(): return Work(lambda: 2, check)",
        "def check(result): assert result == 3, 'two is not three'",
        "serve({'two': two})",
    )
    figures = {}
    assert peer.contestants([other], figures, "two") == {}
    assert figures == {"other": "none: a wrong result, two is not three"}
    with pytest.raises(peer.Absent, match="no one"):
        other.run("one")
    other.stop()


def test_a_peer_that_cannot_says_why(benchmarks):
    import peer

    lacking = peer_of(
        "import json; print(json.dumps({'absent': 'no scatter'}), flush=True); input()"
    )
    with pytest.raises(peer.Absent, match="no scatter"):
        lacking.run("collective", op="reduce_scatter", dim=0, bytes=12)
    lacking.stop()
    dying = peer_of("raise SystemExit('broken install')")
    for _ in range(2):  # it is tried again for the next row
        with pytest.raises(peer.Absent, match="broken install"):
            dying.run("collective", op="all_gather", dim=0, bytes=12)


def test_a_peer_that_is_not_installed_is_named_in_a_line(benchmarks, monkeypatch, tmp_path):
    import peer

    monkeypatch.setattr(peer, "PEERS_PYTHON", tmp_path / "python")
    (line,) = peer.missing()
    assert line.startswith("build/peers is not there") and "./dev bench --peers" in line
    monkeypatch.setattr(peer, "PEERS_PYTHON", Path(sys.executable))
    monkeypatch.setattr(peer, "_NEEDS", {"torch": "torch", "JAX": "no_such_jax"})
    (line,) = peer.missing()
    assert line == "JAX is left out: ModuleNotFoundError: No module named 'no_such_jax'"


@pytest.fixture
def peers_here(benchmarks, monkeypatch):
    """Peers run by the tests' own Python: theirs may not be there."""
    import peer

    monkeypatch.setattr(peer, "PEERS_PYTHON", Path(sys.executable))


@pytest.mark.slow
def test_peers_have_right_results(peers_here):
    import peer

    torch_peer, gloo, numpy = peer.torch(1), peer.gloo(1), peer.numpy(1)
    mlp = {"rows": 32, "hidden": 64, "intermediate": 128}
    linear = {"rows": 8, "inputs": 64, "outputs": 96, "copies": 2}
    with peer.stopped_after([torch_peer, gloo, numpy, ours := peer.tilemesh("ours")]):
        for dtype in ("bfloat16", "float32"):
            for one in (torch_peer, gloo, ours):
                found = one.run("mlp", dtype=dtype, **mlp)
                assert found.seconds(2) > 0 and found.peak >= found.running > 0, one.name
            assert torch_peer.run("linear", dtype=dtype, **linear).seconds(2) > 0
        assert numpy.run("linear", dtype="float32", **linear).seconds(2) > 0
        with pytest.raises(peer.Absent, match="no bfloat16"):
            numpy.run("linear", dtype="bfloat16", **linear)
        for name in ("add", "exp", "transpose", "sum dim -1", "max dim -2"):
            assert numpy.run("stream", name=name, rows=1024, columns=1024).seconds(2) > 0
        for op, dim in (
            ("all_gather", 0),
            ("all_gather", -1),
            ("all_reduce", 0),
            ("reduce_scatter", 0),
        ):
            assert gloo.run("collective", op=op, dim=dim, bytes=64 * 64 * 4).seconds(2) > 0, op


def test_collectives_run_without_peers_and_with_those_that_fail(benchmarks, monkeypatch):
    import collectives
    import row

    dying = peer_of("raise SystemExit('broken install')")
    monkeypatch.setattr(collectives, "peers", lambda workers: [dying])
    for peers in (False, True):
        case = next(case for case in collectives.cases() if case.name == "reduce_scatter dim 0")
        (found,) = case.rows(row.Setting(quick=True, workers=1, peers=peers))
        assert not found.fails and found.seconds > 0 and not found.ratios, found
        assert ("broken install" in found.figures.get("other", "")) == peers


def test_a_wrong_collective_fails(benchmarks, monkeypatch):
    import collectives
    import row

    import ttnn

    rounded_otherwise = collectives.Large(
        "all_reduce", 0, lambda x, dim: ttnn.multiply(ttnn.all_reduce(x), 1.0000001), 4, 1.2
    )
    monkeypatch.setattr(collectives, "LARGE", [rounded_otherwise])
    (found,) = collectives.cases()[0].rows(row.Setting(quick=True, workers=1))
    assert found.problem == "wrong result: device 0 holds other bits"


MACHINE = {
    "processor": "A", "cores": 2, "workers": 2, "instruction set": "avx2", "torch": "2",
    "python": "3.11", "limits": {"copy GB/s": 20.0}, "load": 0.0,
}  # fmt: skip


def a_run(*names, seconds=1e-3, family="memory", date="2026-11-26"):
    import figures
    import row

    rows = [row.Row(family, name, seconds, 2 * seconds) for name in names]
    return figures.Measured(MACHINE, rows, "e72b43b", date)


def test_rows_survive_a_file(benchmarks, tmp_path):
    import figures
    import row
    from race import Ratio

    run = a_run("relu")
    (full,) = run.rows
    full.ratios["torch"] = Ratio(0.5, 0.6)
    full.bound = row.Bound("copy", "GB/s", 10.0, 20.0, Ratio(0.5, 0.4))
    full.targets.append(row.Target("at least 85% of copy", False))
    full.numbers |= {"bytes": 4096, "moved": 0.0}
    run.rows.append(row.Row("memory", "conv", absent="no conv"))
    figures.save(tmp_path / "a.json", [run, a_run("add", date="2026-11-27")])
    assert figures.load(tmp_path / "a.json") == [run, a_run("add", date="2026-11-27")]


def test_what_is_measured_again_replaces_what_was_there(benchmarks, tmp_path):
    import figures

    file = tmp_path / "some-cpu.json"
    figures.add(file, a_run("relu", "add"))
    figures.add(file, a_run("add", seconds=1e-4, date="2026-11-27"))
    first, second = figures.load(file)
    assert [(row.name, row.seconds) for row in first.rows] == [("relu", 1e-3)]
    assert [(row.name, row.seconds) for row in second.rows] == [("add", 1e-4)]
    figures.add(file, a_run("relu", "add", date="2026-11-28"))
    assert [run.date for run in figures.load(file)] == ["2026-11-28"]


def test_files_of_figures_that_cannot_be_read_say_so(benchmarks, tmp_path, monkeypatch):
    import figures

    monkeypatch.chdir(tmp_path)
    files = {
        "no JSON": "figures",
        "cut off": '{"version": 1, "runs": [',
        "without a version": '{"rows": []}',
        "another version": '{"version": 0, "rows": []}',
        "a list": "[1, 2]",
        "no runs": '{"version": 1, "runs": []}',
        "a run without rows": '{"version": 1, "runs": [{"machine": {}}]}',
        "a row of another kind": '{"version": 1, "runs": [{"machine": {}, "commit": "", "date": "", '
        '"rows": [{"speed": 1}]}]}',
    }
    for name, text in files.items():
        Path(f"{name}.json").write_text(text)
    calls = {name: lambda name=name: figures.load(Path(f"{name}.json")) for name in files}
    expect_error_texts("figures.txt", calls)


CPUINFO = "vendor_id : {}\ncpu family : {}\nmodel : {}\nflags : fpu {}\n"


@pytest.mark.parametrize(
    ("vendor", "family", "model", "flags", "name"),
    [
        ("AuthenticAMD", 25, 1, "avx2", "amd-zen3-avx2"),
        ("AuthenticAMD", 25, 17, "avx2 avx512f avx512vl avx512_bf16", "amd-zen4-avx512_bf16"),
        ("GenuineIntel", 6, 143, "avx2 avx512vl avx512_bf16 amx_bf16", "intel-sapphire_rapids-amx"),
        ("GenuineIntel", 6, 106, "avx2 avx512vl", "intel-icelake-avx512"),
        ("GenuineIntel", 6, 300, "sse2", "intel-family6_model300-portable"),
        ("Another", 1, 2, "avx2", "other-family1_model2-avx2"),
    ],
)
def test_a_kind_of_cpu_has_a_name(benchmarks, vendor, family, model, flags, name):
    import cpu

    assert cpu.kind(CPUINFO.format(vendor, family, model, flags)) == name
    assert cpu.kind("") == "other-unknown-portable"


def test_what_moved_is_what_moved_in_best_and_median(benchmarks):
    import compare
    import row

    def rows(**seconds):
        return [row.Row("ops", name, best, median) for name, (best, median) in seconds.items()]

    old = rows(slower=(1, 2), faster=(1, 2), lucky=(1, 2), same=(1, 2), gone=(1, 2), broken=(1, 2))
    new = rows(slower=(1.2, 2.4), faster=(0.5, 1), lucky=(0.5, 2), same=(1.04, 2.5), added=(1, 1))
    new.append(row.Row("ops", "broken", problem="wrong result"))
    old.append(row.Row("memory", "not measured now", 1, 1))
    machine = MACHINE | {"workers": 4, "limits": {"copy GB/s": 30.0}}
    found = compare.compare(old, new, MACHINE, machine)
    moved = {change.name: change.verdict for change in found.moved}
    assert moved == {"slower": "slower", "faster": "faster", "broken": "fails now"}
    assert [one.name for one in found.gone] == ["gone"]
    assert [one.name for one in found.added] == ["added"]
    assert found.machine == ["workers: 2 then, 4 now", "copy GB/s: 20 then, 30 now"]


def test_rows_of_kernels_are_the_best_of_repetitions(benchmarks):
    import kernels

    def run(name, nanoseconds, **more):
        return {
            "run_name": name, "run_type": "iteration", "cpu_time": nanoseconds, "time_unit": "ns", **more,
        }  # fmt: skip

    found = kernels.rows(
        [
            run("copy, avx2", 3000, bytes=2e9),
            run("copy, avx2", 1000, bytes=6e9),
            run("copy, avx2", 2000, bytes=3e9),
            {**run("copy, avx2", 2000), "run_type": "aggregate"},
            run("add, avx2", 0, error_occurred=True, error_message="element 3 is 1, not 2"),
        ]
    )
    assert [(row.name, row.seconds, row.median) for row in found[:1]] == [
        ("copy, avx2", pytest.approx(1e-6), pytest.approx(2e-6))
    ]
    assert found[0].figures == {"GB/s": "6.0"}
    assert found[1].problem == "wrong result: element 3 is 1, not 2"


def test_the_table_of_targets_has_a_column_per_kind_of_cpu(benchmarks, tmp_path):
    import figures
    import row
    import targets
    from race import Ratio

    def a_product(share, beside_torch):
        run = a_run("mlp 1x1", "mlp 1x4", family="falcon")
        for one, part in zip(run.rows, (share, share + 0.02)):
            one.bound = row.Bound("bfloat16 peak", "GFLOP/s", 1.0, 2.0, Ratio(part, part))
            one.ratios["torch"] = Ratio(beside_torch, beside_torch)
        return run

    figures.save(tmp_path / "amd-a-avx2.json", [a_product(0.91, 1.2)])
    figures.save(tmp_path / "amd-b-avx512_bf16.json", [a_product(0.81, 0.9)])
    page = tmp_path / "page.md"
    page.write_text(f"before\n{targets.BEGIN}old\n{targets.END}after\n")
    targets.replace_table(page, tmp_path)
    text = page.read_text()
    assert text.startswith("before\n") and text.endswith("after\n") and "old" not in text
    assert "| `amd-a-avx2` | `amd-b-avx512_bf16` | a CPU with AMX |" in text
    (line,) = (line for line in text.splitlines() if line.startswith("| Falcon MLP"))
    *_, a, b, tiles = line.removesuffix(" |").split(" | ")
    assert (a, b) == ("91 to 93%, **1.20 x torch**", "**81 to 83%**, 0.90 x torch")
    assert tiles == "unmeasured"
    figures.save(tmp_path / "intel-c-amx.json", [a_product(0.45, 0.8)])
    assert "| 45 to 47%, 0.80 x torch |" in targets.table(tmp_path)
    assert "a CPU with AMX" not in targets.table(tmp_path)


def test_a_page_without_marks_has_no_place_for_the_table(benchmarks, tmp_path):
    import click
    import targets

    page = tmp_path / "page.md"
    page.write_text("no marks")
    with pytest.raises(click.ClickException, match="no place for the table"):
        targets.replace_table(page)


def test_the_page_has_the_table_of_the_files_that_are_there(benchmarks):
    import targets

    page = (BENCHMARKS.parent / "docs/performance.md").read_text()
    assert f"\n{targets.table()}\n" in page, "./dev bench --markdown docs/performance.md"
    assert len(page.splitlines()) <= 150


def test_figures_for_a_cpu_are_measured_now(benchmarks, tmp_path):
    import run as program
    from click.testing import CliRunner

    for more in (["--quick"], ["--load", str(BENCHMARKS / "figures/amd-zen3-avx2.json")]):
        said = CliRunner().invoke(program.main, ["--cpu", *more])
        assert said.exit_code == 2 and "measured now, and thoroughly" in said.output
    shown = CliRunner().invoke(program.main, [*more, "small"])
    assert shown.exit_code == 0 and "neg 8x4" in shown.output
    assert "mlp" not in shown.output
    none = CliRunner().invoke(program.main, [*more, "sofmax"])
    assert none.exit_code == 1 and "no row there is called 'sofmax'" in none.output
