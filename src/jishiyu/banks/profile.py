"""A bank as data: one TOML file says how its files look and what its codes mean."""

import codecs
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from jishiyu.apps.payments.bank import Answer, BankFile, Outcome, Payment
from jishiyu.banks.layout import ENDINGS, Column, Layout
from jishiyu.banks.problems import ProfileUnknown, ProfileWrong
from jishiyu.banks.reading import read_payments, read_result
from jishiyu.banks.writing import obstacle, write_files
from jishiyu.engine.words import Words

FOLDER = Path(__file__).parent / "profiles"
FIELDS = {
    "payment": {"line", "account", "name", "amount", "reference"},
    "result": {"line", "account", "name", "amount", "reference", "code", "reason", "date"},
}
NEEDED = {
    "payment": {"account", "name", "amount", "reference"},
    "result": {"account", "amount", "reference", "code"},
}
TOKENS = {"batch", "date", "part", "count", "sum"}
PROFILE_KEYS = {"name", "title_zh", "title_en", "payment", "result", "codes"}
LAYOUT_KEYS = {"format", "file_name", "amount", "titles", "columns", "header", "trailer", "max_rows"}
TEXT_KEYS = {"encoding", "separator", "quote", "line_ending"}
COLUMN_KEYS = {"field", "title", "text", "max_bytes"}


class ProfileBank:
    """A bank described by a profile; `jishiyu.apps.payments.bank.Bank` says what each method does."""

    def __init__(
        self, *, name: str, titles: tuple[str, str], payment: Layout, result: Layout, codes: dict[str, Outcome]
    ) -> None:
        self.name = name
        self.title_zh, self.title_en = titles
        self.payment = payment
        self.result = result
        self.codes = codes

    def obstacle(self, *, name: str) -> str:
        """Return why this name cannot stand in a file of this bank, in both languages, or nothing."""
        problem = obstacle(self.payment, name=name, account="")
        return f"{problem.say('zh')} / {problem.say('en')}" if problem else ""

    def write(self, *, batch: int, on: Any, payments: Any) -> list[BankFile]:
        """Return the files of a batch; raises NameNotEncodable and NameNotSafe before anything is written."""
        return write_files(self.payment, batch=batch, on=on, payments=payments)

    def read(self, content: bytes, *, file_name: str) -> list[Answer]:
        """Return the answers of a result file; raises ResultUnreadable and ResultTotalsDiffer."""
        return read_result(self.result, self.codes, content, file_name=file_name)

    def payments_of(self, content: bytes, *, file_name: str) -> list[Payment]:
        """Return the payments of a file that `write` made: what the bank sees."""
        return read_payments(self.payment, content, file_name=file_name)


def profile_names() -> list[str]:
    """Return the names of the profiles that are shipped."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@cache
def open_bank(name: str) -> ProfileBank:
    """Return the bank of this name; raises ProfileUnknown."""
    if name not in profile_names():
        raise ProfileUnknown(name=name, known=", ".join(profile_names()))
    return load_profile(FOLDER / f"{name}.toml")


def load_profile(path: Path) -> ProfileBank:
    """Return the bank that a file describes; every word it does not know is refused (ProfileWrong)."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(path, f"it is not TOML ({error}).", f"不是合法的 TOML({error})。") from error
    _only(path, data, PROFILE_KEYS, needed=PROFILE_KEYS)
    if data["name"] != path.stem:
        raise _wrong(path, f'name must be "{path.stem}", as the file.', f"name 须与文件名 {path.stem} 一致。")
    codes = {}
    for code, outcome in data["codes"].items():
        if outcome not in set(Outcome):
            raise _wrong(path, f"code {code} means {outcome!r}, which is no outcome.", f"代码 {code} 的含义无效。")
        codes[code] = Outcome(outcome)
    if not {Outcome.PAID, Outcome.FAILED} <= set(codes.values()):
        raise _wrong(path, "[codes] must say at least what paid and failed is.", "[codes] 至少须含 paid 和 failed。")
    return ProfileBank(
        name=data["name"],
        titles=(data["title_zh"], data["title_en"]),
        payment=_layout(path, "payment", data["payment"]),
        result=_layout(path, "result", data["result"]),
        codes=codes,
    )


def _layout(path: Path, kind: str, data: dict[str, Any]) -> Layout:
    is_text = data.get("format") == "text"
    if data.get("format") not in ("text", "sheet"):
        raise _wrong(path, f'[{kind}] format must be "text" or "sheet".', f"[{kind}] format 须为 text 或 sheet。")
    needed = (LAYOUT_KEYS - {"max_rows"}) | (TEXT_KEYS if is_text else set())
    _only(path, data, needed | {"max_rows"}, needed=needed)
    if data["amount"] not in ("yuan", "fen"):
        raise _wrong(path, f'[{kind}] amount must be "yuan" or "fen".', f"[{kind}] amount 须为 yuan 或 fen。")
    if is_text:
        _check_text(path, kind, data)
    columns = tuple(_column(path, kind, column) for column in data["columns"])
    fields = [column.field for column in columns if column.field]
    if len(fields) != len(set(fields)) or not NEEDED[kind] <= set(fields) <= FIELDS[kind]:
        need = ", ".join(sorted(NEEDED[kind]))
        raise _wrong(path, f"[{kind}] needs each of {need} once.", f"[{kind}] 须含且仅含一次:{need}。")
    for cell in (*data["header"], *data["trailer"]):
        if "{" in cell and cell.strip("{}") not in TOKENS:
            raise _wrong(path, f"[{kind}] {cell} is no token.", f"[{kind}] 不认识的占位符 {cell}。")
    if not {"{batch}", "{part}"} <= {token for token in ("{batch}", "{part}") if token in data["file_name"]}:
        raise _wrong(path, f"[{kind}] file_name needs {{batch}} and {{part}}.", "file_name 须含 {batch} 和 {part}。")
    return Layout(
        format=data["format"], file_name=data["file_name"], encoding=data.get("encoding", "utf-8"),
        separator=data.get("separator", ""), quote=data.get("quote", ""), line_ending=data.get("line_ending", "lf"),
        amount=data["amount"], max_rows=data.get("max_rows", 10**6), header=tuple(data["header"]),
        titles=data["titles"], trailer=tuple(data["trailer"]), columns=columns,
    )  # fmt: skip


def _check_text(path: Path, kind: str, data: dict[str, Any]) -> None:
    try:
        codecs.lookup(data["encoding"])
    except LookupError as error:
        raise _wrong(path, f"[{kind}] there is no such encoding.", f"[{kind}] 没有这种编码。") from error
    if len(data["separator"]) != 1 or len(data["quote"]) > 1 or data["line_ending"] not in ENDINGS:
        raise _wrong(
            path, f"[{kind}] separator is one character, quote at most one, line_ending crlf or lf.",
            f"[{kind}] separator 为一个字符,quote 至多一个,line_ending 为 crlf 或 lf。",
        )  # fmt: skip


def _column(path: Path, kind: str, data: dict[str, Any]) -> Column:
    _only(path, data, COLUMN_KEYS, needed={"title"})
    if ("field" in data) == ("text" in data):
        raise _wrong(path, f"[{kind}] a column has a field or a text.", f"[{kind}] 每列须有 field 或 text 之一。")
    return Column(data.get("field", ""), data["title"], data.get("text", ""), data.get("max_bytes"))


def _only(path: Path, data: dict[str, Any], known: set[str], *, needed: set[str]) -> None:
    if unknown := sorted(set(data) - known):
        raise _wrong(path, f"{unknown[0]} is an unknown word.", f"不认识的字段 {unknown[0]}。")
    if missing := sorted(needed - set(data)):
        raise _wrong(path, f"{missing[0]} is missing.", f"缺少 {missing[0]}。")


def _wrong(path: Path, en: str, zh: str) -> ProfileWrong:
    return ProfileWrong(file=path.name, detail=Words(zh, en))
