"""The invented officers of the demo: different people for preparing, checking and second signatures."""

import hashlib
from datetime import datetime

from jishiyu.apps.payments.operations import name_signatory

CLERK = "li.na"  # takes files in, decides small appeals
MAKER = "sun.li"  # prepares payments, reads the bank's answers, chases recoveries
CALLER = "zhao.min"  # calls the employers' unions
REVIEWER = "chen.jing"  # looks at the papers of large cases
SECOND = "zhou.gang"  # second signature on cases, judges appeals
CHECKER = "wang.fang"  # approves payments and write-offs
GRASSROOTS = "liu.yang"  # files applications for members of their own branch
SYSTEM, SECURITY = "sys.admin", "sec.admin"  # make accounts; give roles and name who signs
NOBODY = "system"  # what an administrator may not do for themselves, set-up does
SIGNATORIES = (CLERK, MAKER, REVIEWER, SECOND, CHECKER)


def name_officers(*, at: datetime) -> None:
    """This function will let the demo's officers sign; none of them is a member."""
    for name in SIGNATORIES:
        name_signatory(name=name, member_no=None, by=SECURITY, at=at)


def drawn(seed: int, *words: object) -> int:
    """This function will return a number from 0 to 99, the same for the same words: how somebody decides."""
    digest = hashlib.sha256(" ".join(map(str, (seed, *words))).encode()).digest()
    return int.from_bytes(digest[:8], "big") % 100
