"""Small changes that make a Python file wrong: `mutate` tries whether the tests notice.

A comparison, a sum, a product, a condition or a number becomes another one; a branch is always or never
taken; a call, an assignment or a returned value is left out. Texts, types and imports stay as they are.
"""

import ast
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("results", "training", "runs", "jobs", "photos")
"""Of `fmnist_core`."""
OPPOSITES: dict[type, tuple[type, ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
}
NOT_CODE = ("annotation", "returns", "decorator_list")


class Mutant(NamedTuple):
    """The bytes from `first` to `last` of a file become `text`.

    lines: of the statement and of the change, None for what runs at import.
    """

    path: str
    line: int
    first: int
    last: int
    text: str
    change: str
    lines: tuple[int, ...] | None

    @property
    def folder(self) -> str:
        return self.path.split("/")[1]


def find(folders: Sequence[str]) -> list[Mutant]:
    """All in some folders of `fmnist_core`."""
    paths = [path for name in folders for path in sorted((ROOT / "fmnist_core" / name).rglob("*.py"))]
    return [mutant for path in paths for mutant in mutants(str(path.relative_to(ROOT)))]


def sample(found: list[Mutant], size: int, seed: int) -> list[Mutant]:
    """Each folder has its share, to within one; in a random order: the first ones are a sample too."""
    folders: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in found:
        folders[mutant.folder].append(mutant)
    drawn = random.Random(seed)
    shares = {name: min(len(of_it), round(size * len(of_it) / len(found))) for name, of_it in folders.items()}
    chosen = [mutant for name, of_it in folders.items() for mutant in drawn.sample(of_it, shares[name])]
    return drawn.sample(chosen, len(chosen))


def mutants(path: str) -> Iterator[Mutant]:
    """All of a file, from top to bottom."""
    source = (ROOT / path).read_bytes()
    begins = [0]
    for line in source.splitlines(keepends=True):
        begins.append(begins[-1] + len(line))

    def visit(node: ast.AST, statement: ast.stmt | None, in_function: bool) -> Iterator[Mutant]:
        if isinstance(node, ast.stmt):
            statement = node
            if _is_no_code(node):
                return
        for part, new in changes(node, in_function):
            first = begins[part.lineno - 1] + part.col_offset
            last = begins[part.end_lineno - 1] + part.end_col_offset
            text = ast.unparse(new)
            change = f"{_short(ast.unparse(part))}  ->  {_short(text)}"
            lines = (statement.lineno, part.lineno) if statement and in_function else None
            text = text if isinstance(new, ast.stmt) else f"({text})"
            yield Mutant(path, part.lineno, first, last, text, change, lines)
        in_function = in_function or isinstance(node, ast.FunctionDef | ast.Lambda)
        for name, value in ast.iter_fields(node):
            if name in NOT_CODE or isinstance(node, ast.JoinedStr):  # whose parts have no positions
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from visit(child, statement, in_function and name != "args")

    return visit(ast.parse(source), None, False)


def _is_no_code(node: ast.stmt) -> bool:
    """Docstrings, imports, what only type checkers read, and the list of names."""
    if isinstance(node, ast.If):
        return ast.unparse(node.test) == "TYPE_CHECKING"
    if isinstance(node, ast.Assign):
        return ast.unparse(node.targets[0]) == "__all__"
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_text or isinstance(node, ast.Import | ast.ImportFrom)


def changes(node: ast.AST, in_function: bool) -> Iterator[tuple[ast.AST, ast.AST]]:
    """What a node may become: the part that is replaced, and by what."""
    match node:
        case ast.Compare(left, operators, others):
            for place, operator in enumerate(operators):
                for other in OPPOSITES[type(operator)]:
                    swapped = [*operators[:place], other(), *operators[place + 1 :]]
                    yield node, ast.Compare(left, swapped, others)
        case ast.BinOp(left, operator, right):
            for other in OPPOSITES.get(type(operator), ()):
                yield node, ast.BinOp(left, other(), right)
        case ast.BoolOp(operator, values):
            yield node, ast.BoolOp(OPPOSITES[type(operator)][0](), values)
        case ast.UnaryOp(ast.Not(), operand):
            yield node, operand
        case ast.Constant(bool() as value):
            yield node, ast.Constant(not value)
        case ast.Constant(int() as value):
            yield node, ast.Constant(value + 1)
        case ast.Constant(float() as value):
            yield node, ast.Constant(2 * value or 1.0)
        case ast.If(test) | ast.IfExp(test):
            yield test, ast.Constant(True)
            yield test, ast.Constant(False)
        case ast.While(test):
            yield test, ast.Constant(False)
        case ast.Return(ast.expr() as value) if ast.unparse(value) != "None":
            yield node, ast.Return(ast.Constant(None))
        case ast.Expr(ast.Call()) | ast.Assign() if in_function:
            yield node, ast.Pass()
        case ast.AugAssign(target, operator, value):
            for other in OPPOSITES.get(type(operator), ()):
                yield node, ast.AugAssign(target, other(), value)
            yield node, ast.Pass()


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "..."
