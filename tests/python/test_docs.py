"""The pages of documentation are true: their programs run and print what the page shows, their C++
is quoted from files that the build compiles, and the files, commands and functions that they name
are there.
"""

import contextlib
import dataclasses
import io
import re
import subprocess
from pathlib import Path

import pytest

import ttnn

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("examples/*/*.md")])
# What pages may name though no such file is tracked: a plan, and what the build writes.
UNTRACKED = re.compile(r"ttnn/ccl/|ttnn/ops/all\.h|.*NAME")
TRACKED = ("ttnn", "python", "tests", "tools", "docs", "cmake", "examples", "benchmarks")

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
QUOTED_FROM = re.compile(r"<!-- (\S+) -->\n\Z")


@dataclasses.dataclass
class Block:
    language: str
    text: str
    source: str  # the file that a comment before the block names


def blocks(page):
    text = page.read_text()
    found = []
    for match in FENCE.finditer(text):
        comment = QUOTED_FROM.search(text[: match.start()])
        found.append(Block(match[1], match[2], comment[1] if comment else ""))
    return found


def named(page):
    return page.relative_to(ROOT).as_posix()


def pages_with(language):
    return [page for page in PAGES if any(b.language == language for b in blocks(page))]


# Where fractions are shown, how many of a number's digits are the same on every CPU is not the
# page's matter: they are of what torch computes too. Whole numbers below 50 are then still exact.
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
FRACTION = re.compile(r"\d\.\d")
SAME_NUMBER = 0.02  # of it


def same_output(shown, printed):
    """Whether a page shows what was printed; a line `...` stands for any lines."""
    tidy = "\n".join(line.rstrip() for line in printed.splitlines()).strip("\n")
    if not FRACTION.search(shown):
        return re.fullmatch(_pattern(shown, re.escape), tidy) is not None
    found = re.fullmatch(_pattern(shown, _with_any_numbers), tidy)
    numbers = [float(n) for n in NUMBER.findall(shown)]
    return found is not None and [float(n) for n in found.groups()] == pytest.approx(
        numbers, rel=SAME_NUMBER
    )


def _pattern(shown, escape):
    parts = re.split(r"^\.\.\.$", shown, flags=re.M)
    return r"[\s\S]*".join(escape(part.strip("\n")) for part in parts)


def _with_any_numbers(text):
    """As wide as columns are with them."""
    return f"({NUMBER.pattern})".join(
        re.sub("─+", "─+", re.sub(r"(\\\s)+", r"\\s+", re.escape(piece)))
        for piece in NUMBER.split(text)
    )


def test_numbers_of_pages_are_compared_by_their_meaning():
    shown = "worst 0.501 of 33 rows\n  ────\n  a  1.00"
    assert same_output(shown, "worst  0.499 of 33 rows\n ─────\n  a 0.9999")
    assert not same_output(shown, "worst 0.55 of 33 rows\n ────\n  a 1.00")
    assert not same_output(shown, "worst 0.501 of 34 rows\n  ────\n  a  1.00")
    assert not same_output(shown, "worst 0.501 of 33 rows\n  ────\n  b  1.00")
    assert not same_output("┌─┐\n│2│", "┌──┐\n│2│")  # a picture is the same to the last space


@pytest.mark.parametrize("page", pages_with("python"), ids=named)
def test_programs_print_what_the_page_shows(page, monkeypatch):
    """The python blocks of a page are one program; a text block after one is its output."""
    monkeypatch.setenv("COLUMNS", "100")
    names = {"__name__": "__main__"}
    page_blocks = blocks(page)
    for block, after in zip(page_blocks, [*page_blocks[1:], Block("", "", "")], strict=True):
        if block.language != "python":
            continue
        if block.source:
            assert block.text in (ROOT / block.source).read_text(), f"not in {block.source}"
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(block.text, named(page), "exec"), names)
        if after.language == "text":
            assert same_output(after.text, printed.getvalue()), printed.getvalue()


@pytest.mark.parametrize("page", pages_with("cpp"), ids=named)
def test_cpp_is_quoted_from_files(page):
    for block in blocks(page):
        if block.language != "cpp":
            continue
        assert block.source, f"this block names no file: {block.text[:60]}"
        source = (ROOT / block.source).read_text()
        for part in re.split(r"^ *\.\.\.\n", block.text, flags=re.M):
            assert part.strip("\n") in source, f"{block.source} has no such lines: {part}"


def prose(page):
    return FENCE.sub("", page.read_text())


def code_spans(page):
    return re.findall(r"`([^`\n]+)`", prose(page))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_files_that_a_page_names_are_there(page):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", prose(page)) + re.findall(
        r'src="(?!https?:)([^"]+)"', prose(page)
    )
    missing = [link for link in links if not (page.parent / link).exists()]
    for span in code_spans(page):
        path = re.fullmatch(rf"(?:{'|'.join(TRACKED)})/[\w./{{}},*-]*", span)
        if (
            path
            and not UNTRACKED.match(span)
            and not any(list(ROOT.glob(one)) for one in alternatives(span))
        ):
            missing.append(span)
    assert not missing


def alternatives(path):
    """a/{b,c}.h as a/b.h and a/c.h."""
    match = re.search(r"\{([^}]*)\}", path)
    if not match:
        return [path.rstrip("/")]
    return [path[: match.start()] + one + path[match.end() :] for one in match[1].split(",")]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_that_a_page_names_are_there(page):
    usage = subprocess.run([ROOT / "dev", "help"], capture_output=True, text=True).stderr
    known = set(re.findall(r"^  \./dev (\w+)", usage, flags=re.M))
    assert "test" in known
    used = set(re.findall(r"\./dev (\w+)", page.read_text()))
    assert used <= known


def table_rows(page):
    return [line for line in prose(page).splitlines() if line.startswith("| ")]


def test_functions_of_the_architecture_page_are_in_their_files():
    """A table row that names one file names functions of it."""
    checked, missing = 0, []
    for row in table_rows(ROOT / "docs/architecture.md"):
        spans = re.findall(r"`([^`]+)`", row)
        files = [s for s in spans if re.fullmatch(r"[\w/]+\.(h|cpp|py)", s)]
        if len(files) != 1:
            continue
        source = (ROOT / files[0]).read_text()
        for span in spans:
            name = re.fullmatch(r"(?:\w+(?:::|\.))*(\w+)\(\)", span)
            if name:
                checked += 1
                if not re.search(rf"\b{name[1]}\(", source):
                    missing.append((files[0], span))
    assert not missing
    assert checked > 5


def test_what_the_readme_lists_as_missing_says_so():
    text = (ROOT / "README.md").read_text()
    section = text.split("## What does not work yet")[1].split("\n## ")[0]
    names = set(re.findall(r"`(\w+)`", section)) - {"NotImplementedError"}
    assert len(names) > 3
    for name in names:
        with pytest.raises(NotImplementedError, match=name):
            getattr(ttnn, name)()


def test_lines_of_what_was_not_run_yet_name_commit_kernel_and_cpu():
    rows = table_rows(ROOT / "benchmarks/figures/pending.md")
    assert rows[0] == "| commit | kernel | kind of CPU |"
    for row in rows[2:]:
        line = re.fullmatch(r"\| [0-9a-f]{7,40} \| `(\S+)` \| \S.* \(.+\) \|", row)
        assert line, row
        assert (ROOT / line[1]).is_file(), row
