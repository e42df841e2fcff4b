"""What the database itself refuses about unions."""

import subprocess
import sys

import pytest
from django.db import IntegrityError, transaction

from jishiyu.apps.orgs.models import Union


def union(code: str, **details: object) -> Union:
    return Union.objects.create(code=code, name=f"{code}工会", kind="grassroots", **details)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["territorial", "industry"])
def test_refuses_a_union_that_would_stand_above_itself(kind: str) -> None:
    top = union("A")
    middle = union("B", **{f"{kind}_parent": top})
    low = union("C", **{f"{kind}_parent": middle})
    with pytest.raises(IntegrityError, match=f"union_no_{kind}_cycle|above itself"), transaction.atomic():
        Union.objects.filter(pk=top.pk).update(**{f"{kind}_parent": low})


@pytest.mark.django_db(transaction=True)
def test_the_two_kinds_of_parent_do_not_mix() -> None:
    city = union("A")
    trade = union("B", territorial_parent=city)
    Union.objects.filter(pk=city.pk).update(industry_parent=trade)
    assert Union.objects.get(code="A").industry_parent == trade


@pytest.mark.django_db(transaction=True)
def test_another_process_meets_the_same_database(database_url: str) -> None:
    union("A")
    script = (
        "from jishiyu.conf.start import ready; ready();"
        "from jishiyu.apps.orgs.models import Union; print(Union.objects.get().name)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("A工会", "")
