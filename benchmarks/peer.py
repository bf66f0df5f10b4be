"""Work in processes of its own that time themselves when asked: other libraries, and ours where a
process must be fresh. They answer by peers/serve.py.

A request is a line of JSON to every process of a peer: {"work": "linear", "arguments": {"rows": 8, ...},
"calls": 3}; the answer a line with the seconds per call and the peak of memory, or with what is wrong.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PEERS_PYTHON = HERE.parent / "build/peers/bin/python"
DEVICES = 4

Arguments = Mapping[str, Any]


class Absent(Exception):
    """A peer lacks the work, or does not run at all."""


class Peer:
    """One library. Its processes start at the first question, and end with the program or stop(). In
    their commands, {folder} is one of theirs.
    """

    def __init__(self, name: str, commands: Sequence[Sequence[str]], **environment: str) -> None:
        self.name = name
        self._commands = commands
        self._environment = os.environ | environment
        self._processes: list[subprocess.Popen[str]] = []
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def run(self, work: str, **arguments: Any) -> PeerRun:
        """Compared with the peer's own reference first."""
        return PeerRun(self, work, arguments)

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer of the slowest process."""
        if not self._processes:
            self._start()
        for process in self._processes:
            assert process.stdin
            with contextlib.suppress(BrokenPipeError):  # its missing answer is noticed below
                process.stdin.write(json.dumps(request) + "\n")
                process.stdin.flush()
        answers = [self._answer(process) for process in self._processes]
        for answer in answers:
            if "absent" in answer:
                raise Absent(answer["absent"])
        return max(answers, key=lambda answer: answer["seconds"])

    def stop(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()
        self._processes = []

    def _start(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        folder = self._folder.name
        with open(f"{folder}/said", "w") as said:
            self._processes = [
                subprocess.Popen(
                    [word.replace("{folder}", folder) for word in command],
                    env=self._environment,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=said,
                    text=True,
                )
                for command in self._commands
            ]
        atexit.register(self.stop)

    def _answer(self, process: subprocess.Popen[str]) -> dict[str, Any]:
        assert process.stdout and self._folder
        line = process.stdout.readline()
        if not line:
            self.stop()
            said = Path(f"{self._folder.name}/said").read_text().strip().splitlines()
            errors = [line for line in said if "Error: " in line] or said
            raise Absent(f"it ended: {errors[-1] if errors else 'without a word'}")
        answer: dict[str, Any] = json.loads(line)
        return answer


class PeerRun:
    """A contestant that times itself. `expected` is what one call took when it was prepared; `peak`
    the process's most memory until then, `running` the work's own part of it.
    """

    def __init__(self, peer: Peer, work: str, arguments: Arguments) -> None:
        self._peer = peer
        self._request = {"work": work, "arguments": dict(arguments)}
        first = peer.ask(self._request | {"calls": 1})
        self.expected: float = first["seconds"]
        self.peak: int = first.get("peak", 0)
        self.running: int = first.get("running", 0)

    def __call__(self) -> None:
        self.seconds(1)

    def seconds(self, calls: int) -> float:
        found: float = self._peer.ask(self._request | {"calls": calls})["seconds"]
        return found


# ---- which there are


def _script(name: str, *arguments: str, python: Path | None = None) -> list[str]:
    return [str(python or PEERS_PYTHON), str(HERE / f"peers/{name}.py"), *arguments]


def jax(name: str = "jax") -> Peer:
    """One process with as many host devices, which share a pool of threads."""
    return Peer(
        name,
        [_script("jax_work")],
        XLA_FLAGS=f"--xla_force_host_platform_device_count={DEVICES}",
        JAX_PLATFORMS="cpu",
    )


def torch(workers: int, name: str = "torch") -> Peer:
    return Peer(name, [_script("torch_work")], OMP_NUM_THREADS=str(workers))


def gloo(workers: int, name: str = "gloo") -> Peer:
    """A process per device, which share the cores: of one thread each where there are no more."""
    commands = [
        _script("gloo_work", str(rank), str(DEVICES), "{folder}/meeting") for rank in range(DEVICES)
    ]
    return Peer(name, commands, OMP_NUM_THREADS=str(max(1, workers // DEVICES)))


def numpy(workers: int) -> Peer:
    return Peer("numpy float32", [_script("numpy_work")], OPENBLAS_NUM_THREADS=str(workers))


def tilemesh(name: str, **environment: str) -> Peer:
    return Peer(name, [_script("tilemesh_work", python=Path(sys.executable))], **environment)


_NEEDS = {"JAX": "jax", "torch": "torch", "numpy": "numpy"}


def missing() -> list[str]:
    """A line for each peer that cannot be raced."""
    if not PEERS_PYTHON.exists():
        return ["build/peers is not there, so no peer takes part: ./dev bench --peers makes it"]
    tried = {
        name: subprocess.run(
            [str(PEERS_PYTHON), "-c", f"import {module}"], capture_output=True, text=True
        )
        for name, module in _NEEDS.items()
    }
    return [
        f"{name} is left out: {(found.stderr.strip().splitlines() or ['it does not start'])[-1]}"
        for name, found in tried.items()
        if found.returncode
    ]


# ---- in a race


@contextlib.contextmanager
def stopped_after(peers: Iterable[Peer]) -> Iterator[list[Peer]]:
    """Peers whose processes and memory are for one race."""
    found = list(peers)
    try:
        yield found
    finally:
        for peer in found:
            peer.stop()


def contestants(
    peers: Iterable[Peer], figures: dict[str, str], work: str, **arguments: Any
) -> dict[str, PeerRun]:
    """By name, those that can do it; `figures` says why others cannot."""
    runs = {}
    for peer in peers:
        try:
            runs[peer.name] = peer.run(work, **arguments)
        except Absent as error:
            figures[peer.name] = f"none: {error}"
    return runs
