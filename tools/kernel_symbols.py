"""Fails where a kernel built for one instruction set defines a symbol that any other file may use.

The linker keeps one of several equal inline functions. If that one came from a kernel's object, a
CPU without those instructions would run into them.
"""

import re
import subprocess
import sys
from pathlib import Path


def shared_symbols(objects: Path, isa: str) -> list[str]:
    files = sorted(objects.rglob("*.o"))
    listing = subprocess.run(
        ["nm", "-C", *files], check=True, capture_output=True, text=True
    ).stdout
    defined = re.findall(r"^[0-9a-f]+ [TWVuBDR] (.*)$", listing, re.MULTILINE)
    return [name for name in defined if f"ttnn::cpu::{isa}::" not in name]


if __name__ == "__main__":
    wrong = False
    for folder in Path(sys.argv[1]).glob("CMakeFiles/ttnn_kernels_*.dir"):
        isa = folder.name.removeprefix("ttnn_kernels_").removesuffix(".dir")
        for name in shared_symbols(folder, isa) if isa != "portable" else ():
            print(f"{isa}: {name} is not in the kernels' namespace")
            wrong = True
    sys.exit(wrong)
