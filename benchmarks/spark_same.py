"""Did both engines write the same rows?"""

from benchmarks.spark import same


def main(count: str) -> dict[str, bool]:
    """This function will tell, per table, whether local and Spark runs of `count` lines are equal."""
    return same(count)
