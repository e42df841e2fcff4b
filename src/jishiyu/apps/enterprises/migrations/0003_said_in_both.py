"""Steps that the system says something about say it in English too; what stands there already is told from its Chinese."""

import re
from typing import Any, ClassVar

from django.db import migrations, models

LEVELS = {
    "市总工会": "city union", "产业工会联合会": "industry federation", "服务单位工会": "union of the serving company",
    "企业工会": "enterprise union",
}  # fmt: skip
RAISED = re.compile(r"超期未办,升级到(.+)")
CARRIED_FROM = re.compile(r"由批次 (\S+) 的 (\S+) 转入")
CARRIED_TO = re.compile(r"转入批次 (\S+) 继续办理,新编号 (\S+)")
SKILL = re.compile(r"(.+) ([1-5]) 级")
SYSTEM_SAYS = ("escalated", "handed_in", "passed_on", "classified", "reclassified")
MANY = 500
# Steps are only added to, and those of a closed file not even that; this fills a column that no step had.
HOLD = (
    "ALTER TABLE enterprises_needmove DISABLE TRIGGER enterprises_needmove_append_only;"
    " ALTER TABLE enterprises_needmove DISABLE TRIGGER visits_closed"
)
RELEASE = HOLD.replace("DISABLE", "ENABLE")


def english(sentence: str, *, items: dict[str, str], skills: dict[str, str]) -> str:
    """Return in English what the system said in Chinese; empty for what people wrote."""
    if found := RAISED.fullmatch(sentence):
        level = LEVELS.get(found[1])
        return f"not done in time, raised to the {level}" if level else ""
    if found := CARRIED_FROM.fullmatch(sentence):
        return f"taken over from {found[2]} of round {found[1]}"
    if found := CARRIED_TO.fullmatch(sentence):
        return f"goes on in round {found[1]} as {found[2]}"
    item, between, rest = sentence.partition(":")
    told = [SKILL.fullmatch(one) for one in rest.split("、")]
    if not between or item not in items or not all(one and one[1] in skills for one in told):
        return ""
    return f"{items[item]}: {', '.join(f'{skills[one[1]]} level {one[2]}' for one in told if one)}"


def fill(apps: Any, schema_editor: Any) -> None:
    """Give the steps that stand already their English."""
    move, item, skill = (apps.get_model("enterprises", name) for name in ("NeedMove", "ServiceItem", "Skill"))
    items = dict(item.objects.order_by("id").values_list("zh", "en"))
    skills = dict(skill.objects.order_by("id").values_list("zh", "en"))
    rows = move.objects.filter(what__in=SYSTEM_SAYS, sentence_en="").exclude(sentence="").order_by("id").only("id", "sentence")
    found = []
    for row in rows.iterator():
        row.sentence_en = english(row.sentence, items=items, skills=skills)
        if row.sentence_en:
            found.append(row)
    if not found:
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(HOLD)
        move.objects.bulk_update(found, ["sentence_en"], batch_size=MANY)
        cursor.execute(RELEASE)


class Migration(migrations.Migration):
    """Add the column and fill it."""

    dependencies: ClassVar = [("enterprises", "0002_guards"), ("visits", "0002_guards")]
    operations: ClassVar = [
        migrations.AddField("needmove", "sentence_en", models.TextField(blank=True, default="")),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
