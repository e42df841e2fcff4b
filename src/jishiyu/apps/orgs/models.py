"""Unions: who stands under whom, by territory and by industry."""

from django.db import models
from django.db.models import Q

from jishiyu.engine.words import Words


class UnionKind(models.TextChoices):
    """What kind of body a union is."""

    CITY = "city", Words("市总工会", "city federation")
    DISTRICT = "district", Words("区县总工会", "district federation")
    STREET = "street", Words("乡镇街道工会", "town or street union")
    INDUSTRY = "industry", Words("产业工会联合会", "industry federation")
    GRASSROOTS = "grassroots", Words("基层工会", "grassroots union")


class Union(models.Model):
    """A union body. Two kinds of parent, so not a strict tree; a trigger refuses a cycle in either kind.

    `code` is our own key: some small unions have no legal personality and no 统一社会信用代码 (USCC).
    """

    code = models.TextField(unique=True)
    name = models.TextField()
    kind = models.TextField(choices=UnionKind)
    territorial_parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="territorial_children"
    )
    industry_parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="industry_children"
    )
    trade = models.TextField(default="", blank=True)
    district = models.TextField(default="", blank=True)
    uscc = models.TextField(default="", blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="union_kind_known", condition=Q(kind__in=UnionKind.values)),
            models.CheckConstraint(name="union_code_given", condition=~Q(code="") & ~Q(name="")),
            models.UniqueConstraint(name="union_uscc_once", fields=["uscc"], condition=~Q(uscc="")),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
