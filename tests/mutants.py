"""Makes small wrong changes to the code, one at a time, and tells which of them no test notices.

    make mutants                          # 60 changes, another sample each time
    make mutants MUTANTS="20 --seed 7 --only xfc_notify/notify"

All of it happens in a copy of the checkout. First the tests run that are named for the changed module: `test_units.py`
for `xfc_notify/units.py`, the test of a bundled plugin for each of its modules, else those that are named for the
folder. What these do not notice, all fast tests look for, on SQLite: some minutes each. What a test starts in a clean
environment is not changed. A change that no test notices may change nothing; any other shows what no test holds.
"""

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
SLOW = "acceptance deploy faults test_calm.py test_year.py test_native.py test_fuzz.py"
FAST = ("-k", "not postgresql", *(f"--ignore-glob=tests/*{name}" for name in SLOW.split()))
PATIENCE = 900
"""Seconds after which tests that do not end count as failed: a wrong change may loop for ever."""

OPPOSITES: dict[type[ast.cmpop], tuple[str, ...]] = {
    ast.Lt: ("<=", ">="), ast.LtE: ("<", ">"), ast.Gt: (">=", "<="), ast.GtE: (">", "<"), ast.Eq: ("!=",),
    ast.NotEq: ("==",), ast.Is: ("is not",), ast.IsNot: ("is",), ast.In: ("not in",), ast.NotIn: ("in",),
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], str] = {ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A wrong change: the bytes of a file from `start` to `end` are replaced."""

    path: Path
    line: int
    start: int
    end: int
    new: str

    def told(self, old: bytes) -> str:
        """The change in one line."""
        was = " ".join(old[self.start : self.end].decode().split())
        return f"{self.path}:{self.line}: {was[:60]}  ->  {self.new[:60]}"


def mutants_of(path: Path, source: bytes) -> Iterator[Mutant]:
    """All changes that can be made to a module."""
    lines = [0]
    for line in source.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))

    for node in _of_interest(ast.parse(source)):
        for old, new in _changes(node):
            start = lines[old.lineno - 1] + old.col_offset
            end = lines[(old.end_lineno or 0) - 1] + (old.end_col_offset or 0)
            yield Mutant(path, old.lineno, start, end, new)


def _of_interest(tree: ast.AST) -> Iterator[ast.AST]:
    """What is run: no annotations, no imports for the type checker, no lines for the log, no texts."""
    yield tree
    for name, value in ast.iter_fields(tree):
        if name not in {"annotation", "returns", "decorator_list"}:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not _is_idle(child):
                    yield from _of_interest(child)


def _is_idle(node: ast.AST) -> bool:
    if isinstance(node, ast.If):
        return ast.unparse(node.test) == "TYPE_CHECKING"
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) or ast.unparse(node.value).startswith("log.")
    return isinstance(node, ast.Assert | ast.JoinedStr)


def _changes(node: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """What may replace a node, or one inside it."""
    yield from _of_values(node)
    match node:
        case ast.If(test) | ast.IfExp(test) | ast.While(test):
            yield test, f"(not ({ast.unparse(test)}))"
        case ast.Return(ast.expr() as value) if ast.unparse(value) != "None":
            yield node, "return None"
        case (
            ast.Assign([ast.Attribute() | ast.Subscript()])
            | ast.AugAssign()
            | ast.Raise()
            | ast.Expr(ast.Call())
        ):
            yield node, "pass"


def _of_values(node: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    match node:
        case ast.Compare(left, [operator], [right]):
            for other in OPPOSITES[type(operator)]:
                yield node, f"({ast.unparse(left)} {other} {ast.unparse(right)})"
        case ast.BoolOp(connection, values):
            word = " or " if isinstance(connection, ast.And) else " and "
            yield node, f"({word.join(f'({ast.unparse(value)})' for value in values)})"
        case ast.UnaryOp(ast.Not(), operand):
            yield node, f"({ast.unparse(operand)})"
        case ast.BinOp(left, sign, right) if type(sign) in ARITHMETIC:
            yield node, f"(({ast.unparse(left)}) {ARITHMETIC[type(sign)]} ({ast.unparse(right)}))"
        case ast.Constant(bool(value)):
            yield node, str(not value)
        case ast.Constant(int(number) | float(number)):
            yield node, str(number + 1)
            yield node, f"({number - 1})"


def copy_of(checkout: Path, folder: Path) -> Path:
    """The checkout as it is, with what is built for it, but without what git ignores."""
    told = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(told, cwd=checkout, check=True, capture_output=True, text=True).stdout.split("\0")
    built = [str(path.relative_to(checkout)) for path in (checkout / "xfc_notify").rglob("*.so")]
    for name in filter(None, names + built):
        if (checkout / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(checkout / name, folder / name)
    return folder


def named_for(path: Path, copy: Path) -> tuple[str, ...]:
    """The tests that are named for a module: by its own name or that of its folder, or a folder of tests."""
    names = (path.parts[1].removeprefix("xfc_notify_"),) if path.parts[0] == "plugins" else (path.stem, path.parts[-2])
    for name in names:
        found = sorted(str(test.relative_to(copy)) for test in (copy / "tests").rglob(f"test_{name}.py"))
        if found := [test for test in found if not test.startswith("tests/faults/")]:
            return tuple(found)
    folder = f"tests/{path.parts[1]}"
    return (folder, *FAST) if (copy / folder).is_dir() else ()


@cache
def check_sound(copy: Path, tests: tuple[str, ...]) -> None:
    """Tests that fail without any change notice nothing."""
    if tests and not passes(copy, tests):
        sys.exit(f"These tests fail without any change; mend them first: {' '.join(tests)}")


def passes(copy: Path, tests: tuple[str, ...]) -> bool:
    """Whether these tests pass in the copy, which is what they import."""
    homes = [copy, copy / "plugins"]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, homes)), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--timeout=60", *tests]
    with subprocess.Popen(
        command, cwd=copy, env=env, stdout=subprocess.DEVNULL, start_new_session=True
    ) as run:
        try:
            return run.wait(PATIENCE) == 0
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, 9)
            return False


def main() -> None:
    """Make the sample, and tell what survived."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=60, help="how many changes are made")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10_000, help="of the sample")
    parser.add_argument("--only", action="append", help="a folder or file, may be given again")
    parser.add_argument("--named", action="store_true", help="run the tests named for the module alone")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = copy_of(CHECKOUT, Path(folder))
        wanted = tuple(str(copy / only) for only in args.only or ["xfc_notify", "plugins"])
        found = (path for path in copy.rglob("*.py") if str(path).startswith(wanted))
        modules = sorted(path for path in found if "migrations" not in path.parts)
        every = [it for path in modules for it in mutants_of(path.relative_to(copy), path.read_bytes())]
        sample = random.Random(args.seed).sample(every, min(args.count, len(every)))
        print(f"{len(sample)} of {len(every)} changes, --seed {args.seed}", flush=True)
        survived = 0
        for number, mutant in enumerate(sample, 1):
            named = named_for(mutant.path, copy)
            rounds = [named] if args.named else [named, ("tests", *FAST)]
            for tests in rounds:
                check_sound(copy, tests)
            path, old = copy / mutant.path, (copy / mutant.path).read_bytes()
            path.write_bytes(old[: mutant.start] + mutant.new.encode() + old[mutant.end :])
            lives = all(passes(copy, tests) for tests in rounds if tests)
            path.write_bytes(old)
            survived += lives
            print(f"{number:4} {'SURVIVED' if lives else 'noticed '} {mutant.told(old)}", flush=True)
    print(f"{survived} of {len(sample)} survived: {survived / max(1, len(sample)):.0%}")


if __name__ == "__main__":
    main()
