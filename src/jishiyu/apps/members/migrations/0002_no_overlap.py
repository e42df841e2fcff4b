"""The same person and union never overlap in time.

PostgreSQL's own way, `EXCLUDE (person WITH =, union WITH =, period WITH &&)`, needs the extension btree_gist for the
two `=`, and the embedded server carries no extensions. Boxes need none: a membership is drawn as a vertical line in
a plane, at x = the pair of person and union, from y = the day joined to half a day before the day left. Two lines
touch exactly when the pair is the same and the half-open periods share a day. x is exact as long as it stays below
2^53: a million unions (ids below 2^20, checked) and eight thousand million people. Deferrable, so that one import may move
the bounds of neighbouring memberships in any order.
"""

from django.db import migrations

ADD = """
ALTER TABLE members_membership
    ADD CONSTRAINT membership_union_id_fits CHECK (union_id < 1048576),
    ADD CONSTRAINT membership_no_overlap EXCLUDE USING gist (
        box(
            point(person_id * 1048576 + union_id, coalesce(joined_on - DATE '1900-01-01', -10000000)),
            point(person_id * 1048576 + union_id, coalesce(left_on - DATE '1900-01-01', 10000000) - 0.5)
        ) WITH &&
    ) DEFERRABLE INITIALLY IMMEDIATE;
"""
DROP = """
ALTER TABLE members_membership
    DROP CONSTRAINT membership_no_overlap, DROP CONSTRAINT membership_union_id_fits;
"""


class Migration(migrations.Migration):
    """Add the exclusion constraint."""

    dependencies = [("members", "0001_initial")]
    operations = [migrations.RunSQL(ADD, DROP)]
