"""Check that the audit trail is whole.

  jishiyu audit verify
  jishiyu audit verify --rows 1200 --head 5f1c…   also prove that the rows noted last time are all still there

Exit status: 0 the trail is whole, 1 a row was changed or removed.
"""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True)
    verify = actions.add_parser("verify", help="recompute the chain of hashes")
    verify.add_argument("--rows", type=int, help="number of rows noted at an earlier check")
    verify.add_argument("--head", help="last hash noted at that check")


def run(options: argparse.Namespace) -> int:
    """Print the verdict."""
    from jishiyu.conf.start import ready

    ready()
    from jishiyu.apps.audit.queries import verify

    verdict = verify(expected_rows=options.rows, expected_head=options.head)
    for gap in verdict.breaks:
        print(f"第 {gap.rows} 行 / row {gap.rows}: {gap.zh} / {gap.en}")
        for claim in gap.claims:
            print("    {at}  {by}  {action}  {record}".format(**claim))
    state = "完整 / whole" if verdict.whole else "不完整 / NOT whole"
    print(f"审计记录 / audit trail: {verdict.rows} 行 / rows, {state}")
    print(f"--rows {verdict.rows} --head {verdict.head}")
    return 0 if verdict.whole else 1
