"""TOML file → checked `Policy`. Rules fail closed: what is not understood is refused before anything runs."""

import csv
import hashlib
import io
import json
import re
import tomllib
from datetime import date, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from jishiyu.engine.policy import model, numbers
from jishiyu.engine.policy.fitting import misfits
from jishiyu.engine.policy.places import line_of, places
from jishiyu.engine.policy.problems import PolicyFault, PolicyRefused


@cache
def schema() -> dict[str, Any]:
    """This function will return the JSON Schema of a policy file."""
    text = resources.files(__package__).joinpath("policy.schema.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def load_policy(path: Path) -> model.Policy:
    """This function will read and check one policy file, with the tables it names.

    Raises `PolicyRefused`, which lists every fault with its line.
    """
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8")
    except OSError as error:
        raise PolicyRefused(path.name, [PolicyFault(1, "", f"cannot be read: {error.strerror}", "无法读取")]) from error
    except UnicodeDecodeError as error:
        raise PolicyRefused(path.name, [PolicyFault(1, "", "is not UTF-8 text", "不是 UTF-8 文本")]) from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        named = re.search(r"\(at line ([0-9]+), column [0-9]+\)", str(error))
        line = int(named[1]) if named else text.rstrip().count("\n") + 1  # "(at end of document)"
        raise PolicyRefused(
            path.name, [PolicyFault(line, "", f"is not TOML: {error}", f"不是有效的 TOML:{error}")]
        ) from error
    return _Reader(path, raw, text, data).policy()


class _Reader:
    """Turns checked data into a `Policy`, collecting faults with their lines."""

    def __init__(self, path: Path, raw: bytes, text: str, data: dict[str, Any]) -> None:
        self.path, self.data = path, data
        self.places = places(text)
        self.faults: list[PolicyFault] = []
        self.digest = hashlib.sha256(raw)

    def fault(self, path: tuple[str | int, ...], en: str, zh: str) -> None:
        where = ".".join(str(part) if isinstance(part, str) else f"[{part + 1}]" for part in path)
        self.faults.append(PolicyFault(line_of(path, self.places), where, en, zh))

    def stop_if_faulty(self) -> None:
        if self.faults:
            raise PolicyRefused(self.path.name, sorted(self.faults, key=lambda fault: fault.line))

    def policy(self) -> model.Policy:
        self._check_schema()
        self.stop_if_faulty()
        self._check_sources(self.data, ())
        for misfit in misfits(self.data):
            self.fault(*misfit)
        self.stop_if_faulty()
        formula = self._formula()
        threshold = self._threshold()
        limits = tuple(self._limit(entry, ("limit", at)) for at, entry in enumerate(self.data.get("limit", [])))
        self._check_dates_and_windows(limits)
        base = self.data["base"]
        rounding = self.data.get("rounding", {"to": "fen", "mode": "half_up"})
        self.stop_if_faulty()
        return model.Policy(
            name=self.data["name"],
            version=self.data["version"],
            digest=self.digest.hexdigest(),
            title=self.data["title"],
            issuer=self.data["issuer"],
            starts=self.data["from"],
            until=self.data.get("until"),
            judges=tuple(self.data["judges"]),
            unit=self.data.get("unit", "stay"),
            anchor=self.data["anchor"],
            order=tuple(self.data["order"]),
            sources=self.data["sources"],
            base=(*(self._amount(case) for case in base.get("case", [])), self._amount(base)),
            base_words=base["title"],
            base_proof=_proof(base),
            accumulate=base.get("accumulate", False),
            requirements=tuple(self._requirement(entry) for entry in self.data.get("require", [])),
            threshold=threshold,
            formula=formula,
            rounding_fen={"fen": 1, "jiao": 10, "yuan": 100}[rounding["to"]],
            rounding_mode=rounding["mode"],
            minimum_fen=numbers.fen(self.data["minimum"]["payment"]) if "minimum" in self.data else 0,
            limits=limits,
            automatic_fen=numbers.fen(self.data["automatic"]["up_to"]),
            automatic_proof=_proof(self.data["automatic"]),
            evidence=tuple(self._evidence(entry) for entry in self.data.get("evidence", [])),
            notes=tuple(self.data.get("notes", [])),
            file=self.path.name,
        )

    def _check_schema(self) -> None:
        plain = json.loads(json.dumps(self.data, default=str))
        for error in Draft202012Validator(schema()).iter_errors(plain):
            path = tuple(error.absolute_path)
            if error.validator == "additionalProperties":  # each unknown word has its own line
                known = ", ".join(sorted(error.schema["properties"]))
                for word in sorted(set(error.instance) - set(error.schema["properties"])):
                    self.fault((*path, word), f"is an unknown word; known here are {known}",
                               f"是不认识的词;这里可用的有 {known}")  # fmt: skip
                continue
            self.fault(path, *numbers.say_schema_error(error))
        days = [("from",), ("until",), *(("sources", name, "on") for name in self.data.get("sources", {}))]
        for path in days:
            value = self._at(path)
            if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
                self.fault(path, f"is {str(value)!r} but must be a date without quotes and time, for example 2025-06-01",
                           f"为 {str(value)!r},应写作不带引号和时间的日期,例如 2025-06-01")  # fmt: skip

    def _at(self, path: tuple[str, ...]) -> Any:
        """Return what stands at a path, or None."""
        node: Any = self.data
        for name in path:
            node = node.get(name) if isinstance(node, dict) else None
        return node

    def _check_sources(self, node: Any, path: tuple[str | int, ...]) -> None:
        if isinstance(node, dict):
            if "status" in node and node.get("source") not in self.data["sources"]:
                self.fault((*path, "source"), f"names a source that [sources] does not list: {node.get('source')}",
                           f"引用了 [sources] 中没有的来源:{node.get('source')}")  # fmt: skip
            for key, value in node.items():
                self._check_sources(value, (*path, key))
        elif isinstance(node, list):
            for at, value in enumerate(node):
                self._check_sources(value, (*path, at))

    def _check_dates_and_windows(self, limits: tuple[model.Limit, ...]) -> None:
        until = self.data.get("until")
        if until is not None and until <= self.data["from"]:
            self.fault(("until",), "is not after `from`", "不晚于 from")
        if self.data["base"].get("accumulate") and not any(
            limit.window in ("calendar_year", "policy_year", "lifetime") for limit in limits
        ):
            self.fault(("base", "accumulate"), "needs a limit with a window (calendar_year, policy_year or lifetime)",
                       "需要一个带窗口的限额(calendar_year、policy_year 或 lifetime)")  # fmt: skip
        seen: set[str] = set()
        for at, entry in enumerate(self.data.get("require", [])):
            if entry["code"] in seen:
                self.fault(("require", at, "code"), f"is used twice: {entry['code']}", f"重复:{entry['code']}")
            seen.add(entry["code"])
            if entry["test"] == "age" and entry["min"] > entry["max"]:
                self.fault(("require", at, "min"), "is above max", "大于 max")
            if "day" in entry:
                self._day_of_a_year(entry["day"], ("require", at, "day"))

    def _formula(self) -> model.Formula:
        data = self.data["formula"]
        brackets = tuple(
            model.Bracket(numbers.fen(entry.get("over", entry.get("from"))), "over" in entry, numbers.ppm(entry["rate"]), _proof(entry))
            for entry in data.get("bracket", [])
        )  # fmt: skip
        self._check_brackets(data.get("bracket", []), brackets)
        layers = tuple(
            model.Layer(self._amount(entry), numbers.ppm(entry["rate"]), numbers.fen(entry["at_most"]) if "at_most" in entry else None, _proof(entry))
            for entry in data.get("layer", [])
        )  # fmt: skip
        return model.Formula(
            kind=data["kind"],
            brackets=brackets,
            layers=layers,
            rate_ppm=numbers.ppm(data["rate"]) if "rate" in data else 0,
            amount_fen=numbers.fen(data["amount"]) if "amount" in data else 0,
            max_days=data.get("max_days"),
            table=self._table(data["table"]) if data["kind"] == "table" else {},
            table_field=data.get("field", ""),
            table_entries=data.get("entries", "most_severe"),
            proof=_proof(data),
        )

    def _check_brackets(self, entries: list[dict[str, Any]], brackets: tuple[model.Bracket, ...]) -> None:
        for at, (entry, bracket) in enumerate(zip(entries, brackets, strict=True)):
            path = ("formula", "bracket", at)
            following = brackets[at + 1] if at + 1 < len(brackets) else None
            if following and (following.edge_fen, following.strict) <= (bracket.edge_fen, bracket.strict):
                self.fault((*path[:2], at + 1), "overlaps the bracket before it: its edge is not higher",
                           "与上一档重叠:起点没有更高")  # fmt: skip
                continue
            end = entry.get("up_to", entry.get("under"))
            if end is None:
                continue
            meets = following and following.edge_fen == numbers.fen(end) and following.strict == ("up_to" in entry)
            if not meets:
                self.fault(path, f"ends at {end} but the next bracket does not begin there (gap or overlap)",
                           f"止于 {end},但下一档不从此开始(有空档或重叠)")  # fmt: skip

    def _threshold(self) -> model.Threshold | None:
        data = self.data.get("threshold")
        if data is None:
            return None
        edge = numbers.fen(data.get("over", data.get("from")))
        first = self.data["formula"].get("bracket", [None])[0]
        begins = (numbers.fen(first.get("over", first.get("from"))), "over" in first) if first else (0, False)
        if data.get("kind", "gate") == "gate" and begins > (edge, "over" in data):
            self.fault(("formula", "bracket", 0), "begins above the threshold: amounts between them would have no rate",
                       "起点高于门槛:两者之间的金额没有比例")  # fmt: skip
        return model.Threshold(edge, "over" in data, data.get("kind") == "deductible", _proof(data))

    def _limit(self, data: dict[str, Any], path: tuple[str | int, ...]) -> model.Limit:
        month, day = self._day_of_a_year(data.get("starts", "01-01"), (*path, "starts"))
        if data.get("mode") == "greatest" and data["window"] == "rolling_months":
            self.fault((*path, "mode"), "cannot be combined with rolling_months", "不能与 rolling_months 同用")
        return model.Limit(
            amount_fen=numbers.fen(data["amount"]) if data.get("amount", "unlimited") != "unlimited" else None,
            count=data.get("count"),
            per=data["per"],
            window=data["window"],
            starts=(month, day),
            months=data.get("months", 0),
            mode=data.get("mode", "sum"),
            others=tuple(sorted(data.get("with", []))),
            proof=_proof(data),
        )

    def _day_of_a_year(self, text: str, path: tuple[str | int, ...]) -> tuple[int, int]:
        month, day = (int(part) for part in text.split("-"))
        if (month, day) > (2, 28) and (month == 2 or (month in (4, 6, 9, 11) and day == 31)):
            self.fault(path, "is not a day of every year", "不是每年都有的日期")
        return month, day

    def _requirement(self, data: dict[str, Any]) -> model.Requirement:
        plain = {"code", "test", "otherwise", "zh", "en", "when", "source", "status", "article"}
        options = {key: value for key, value in data.items() if key not in plain}
        return model.Requirement(
            code=data["code"],
            test=data["test"],
            otherwise=data.get("otherwise", "ineligible"),
            words={"zh": data["zh"], "en": data["en"]},
            options=options,
            when=data.get("when", {}),
            proof=_proof(data),
        )

    def _amount(self, data: dict[str, Any]) -> model.Amount:
        plus = data["amount"]
        return model.Amount(
            plus=(plus,) if isinstance(plus, str) else tuple(plus),
            minus=tuple(data.get("less", [])),
            share_ppm=numbers.ppm(data.get("share", "100 %")),
            when=data.get("when", {}),
        )

    def _evidence(self, data: dict[str, Any]) -> model.Evidence:
        return model.Evidence(
            paper=data["paper"],
            words={"zh": data["zh"], "en": data["en"]},
            over_fen=numbers.fen(data["over"]) if "over" in data else None,
            channel=data.get("channel"),
            proof=_proof(data),
        )

    def _table(self, name: str) -> dict[str, int]:
        """Read a table (key, amount in yuan, status) that lies beside the policy; its content is part of the digest."""
        try:
            raw = (self.path.parent / Path(name).name).read_bytes()
        except OSError:
            self.fault(
                ("formula", "table"),
                f"names a file that is not beside the policy: {name}",
                f"政策文件旁没有此表:{name}",
            )
            return {}
        self.digest.update(raw)
        table: dict[str, int] = {}
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            self.fault(
                ("formula", "table"), f"names {name}, which is not UTF-8 text", f"所引用的 {name} 不是 UTF-8 文本"
            )
            return {}
        for number, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
            key, amount, status = (str(row.get(column) or "").strip() for column in ("key", "amount", "status"))
            if not key or key in table or not numbers.is_yuan(amount) or status not in ("published", "assumed"):
                self.fault(("formula", "table"), f"names {name}, whose line {number} is not usable (key unique, amount in yuan, status)",
                           f"所引用的 {name} 第 {number} 行不可用(key 唯一、amount 为元、status)")  # fmt: skip
                continue
            table[key] = numbers.fen(amount)
        if not table and not self.faults:
            self.fault(("formula", "table"), f"names {name}, which has no rows", f"所引用的 {name} 没有任何行")
        return table


def _proof(data: dict[str, Any]) -> model.Proof:
    return model.Proof(data["source"], data["status"], data.get("article"))
