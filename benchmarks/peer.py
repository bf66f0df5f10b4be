"""Other libraries' collectives, each in processes of its own that time themselves when asked.

A request is a line of JSON to every process of a peer: {"op": "all_gather", "dim": 0, "bytes": ...,
"calls": 3}; the answer a line with the seconds per call, or with what is wrong.
"""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PEERS_PYTHON = HERE.parent / "build/peers/bin/python"
DEVICES = 4


class Absent(Exception):
    """A peer lacks a collective, or does not run at all."""


@dataclasses.dataclass(frozen=True)
class Collective:
    """`bytes` is the size of what the collective reads or makes on one device, the larger."""

    op: str
    dim: int
    bytes: int


class Peer:
    """One library. Its processes start at the first question, and end with the program. In their
    commands, {folder} is one of theirs.
    """

    def __init__(self, name: str, commands: Sequence[Sequence[str]], **environment: str) -> None:
        self.name = name
        self._commands = commands
        self._environment = os.environ | environment
        self._processes: list[subprocess.Popen[str]] = []
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def run(self, collective: Collective) -> PeerRun:
        """Compared with the peer's own reference first."""
        run = PeerRun(self, collective)
        run.seconds(1)
        return run

    def ask(self, request: dict[str, Any]) -> float:
        """The seconds of the slowest process."""
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
        return max(answer["seconds"] for answer in answers)

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
            raise Absent(f"it ended: {said[-1] if said else 'without a word'}")
        answer: dict[str, Any] = json.loads(line)
        return answer


class PeerRun:
    """A contestant that times itself."""

    def __init__(self, peer: Peer, collective: Collective) -> None:
        self._peer, self._collective = peer, collective

    def __call__(self) -> None:
        self.seconds(1)

    def seconds(self, calls: int) -> float:
        return self._peer.ask(dataclasses.asdict(self._collective) | {"calls": calls})


def jax() -> Peer:
    """One process with as many host devices."""
    return Peer(
        "jax",
        [[str(PEERS_PYTHON), str(HERE / "peers/jax_collectives.py")]],
        XLA_FLAGS=f"--xla_force_host_platform_device_count={DEVICES}",
        JAX_PLATFORMS="cpu",
    )


def gloo() -> Peer:
    """A process of one thread per device."""
    script = str(HERE / "peers/gloo_collectives.py")
    commands = [
        [sys.executable, script, str(rank), str(DEVICES), "{folder}/meeting"]
        for rank in range(DEVICES)
    ]
    return Peer("gloo", commands)


def installed() -> list[Peer]:
    return [*([jax()] if PEERS_PYTHON.exists() else []), gloo()]


def missing() -> list[str]:
    """A line for each peer that is not there."""
    if PEERS_PYTHON.exists():
        return []
    return ["JAX is not installed, so collectives run without it: ./dev peers installs it"]
