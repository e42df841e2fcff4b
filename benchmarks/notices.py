"""A month of payments is told: as many notices as there were payments, each to a person whose name and number are sealed.

    python -m benchmarks notices

A database of its own in `var/benchmarks/notices`; what was told before is removed, so that each run tells all anew.
"""

import os
import resource
import time
from datetime import UTC, datetime
from typing import Any

from benchmarks.data import FOLDER

PEOPLE = """
INSERT INTO people_person (person_hash, name_hash, sealed, content_hash, birth_date, sex, created_at)
SELECT sha256(n::text::bytea), sha256(('n' || n)::bytea), %(sealed)s, sha256('c'), '1980-01-01', '1', now()
FROM generate_series(1, %(many)s) n WHERE NOT EXISTS (SELECT FROM people_person)
"""


def main(many: str) -> dict[str, Any]:
    """This function will queue so many notices and return wall seconds, processor seconds of ours and of the server's process, and how many were new."""
    from jishiyu.conf.database import EmbeddedServer

    home = (FOLDER / "notices").resolve()
    os.environ["JISHIYU_HOME"] = str(home)
    os.environ["JISHIYU_DATABASE_URL"] = EmbeddedServer(home).start()
    from jishiyu.conf.start import ready

    ready()
    from django.db import connection, transaction

    from benchmarks.database import processor
    from jishiyu.apps.notices.models import Kind
    from jishiyu.apps.notices.operations import Word, queue_notices
    from jishiyu.apps.people.queries import SEALED
    from jishiyu.apps.people.sealing import seal_many

    identity = '{"cert_no": "TRIAL", "name": "王小明", "mobile": "13900001111", "bank_account": "6222020000000000011"}'
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE notices_notice")
        cursor.execute(PEOPLE, {"sealed": seal_many([identity.encode()], purpose=SEALED)[0], "many": int(many)})
        cursor.execute("SELECT id FROM people_person ORDER BY id LIMIT %s", [int(many)])
        people = [row[0] for row in cursor.fetchall()]
        cursor.execute("ANALYZE")
    fields = {"yuan": "1,234.56", "day": "2026-06-30"}
    words = [Word(kind=Kind.PAID, person_id=one, once=f"attempt {one} paid", fields=fields) for one in people]
    server = connection.connection.info.backend_pid
    own = resource.getrusage(resource.RUSAGE_SELF)
    start, before = time.perf_counter(), processor(server)
    with transaction.atomic():
        new = queue_notices(words=words, by="system", at=datetime.now(UTC))
    seconds, computed = time.perf_counter() - start, processor(server) - before
    mine = resource.getrusage(resource.RUSAGE_SELF)
    ours = mine.ru_utime + mine.ru_stime - own.ru_utime - own.ru_stime
    return {"seconds": seconds, "processor": computed, "ours": ours, "new": new}
