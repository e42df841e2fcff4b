"""Two branches with a member each, one stay paid for in each, taken in for real."""

from datetime import date
from pathlib import Path

from jishiyu.apps.orgs.models import Union
from tests.apps.subsidies.situations import enrol, load, member, stay


def two_branches(tmp_path: Path) -> tuple[Union, Union]:
    """Return two unions below a district each; U1 has 张1 and 张3, U2 has 张2; 张1 and 张2 have an amount that is owed."""
    district = [Union.objects.create(code=f"D{n}", name=f"第{n}区总工会", kind="district") for n in (1, 2)]
    for code, parent in (("U1", district[0]), ("U2", district[1])):
        Union.objects.update_or_create(
            code=code, defaults={"name": f"{code}工会", "kind": "grassroots", "territorial_parent": parent}
        )
    enrol(tmp_path, member(1), member(2, org_code="U2"), member(3))
    load(tmp_path, "三月", stay(1, "A", "152000.00"), stay(2, "B", "6000.00"), stay(3, "C", "7000.00"),
         stay(9, "D", "20000.00"), as_of=date(2025, 3, 31))  # fmt: skip
    return Union.objects.get(code="U1"), Union.objects.get(code="U2")
