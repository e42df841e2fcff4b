"""All policies of a run: versions by anchor date, never by the day of the run."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from importlib import resources
from itertools import pairwise
from pathlib import Path

from jishiyu.engine.policy import ties
from jishiyu.engine.policy.load import load_policy
from jishiyu.engine.policy.model import Policy
from jishiyu.engine.policy.problems import NotInForce, PolicyUnknown, VersionsDiffer, VersionsOverlap

SHIPPED = ("changchun.hospital", "changchun.accident", "changchun.fire")


@dataclass(frozen=True)
class Shelf:
    """Policies by name; the versions of each in the order of their first day, without overlap."""

    versions: dict[str, tuple[Policy, ...]]

    @classmethod
    def of(cls, policies: Iterable[Policy]) -> "Shelf":
        """This function will put policies on a shelf. Raises `VersionsOverlap`, `VersionsDiffer` and the problems of ties."""
        by_name: dict[str, list[Policy]] = {}
        for policy in policies:
            by_name.setdefault(policy.name, []).append(policy)
        for name, versions in by_name.items():
            versions.sort(key=lambda policy: policy.starts)
            for older, newer in pairwise(versions):
                if older.until is None or older.until > newer.starts:
                    raise VersionsOverlap(
                        name=name, first=older.version, second=newer.version, day=newer.starts.isoformat()
                    )
            for newer in versions[1:]:
                for word in ("anchor", "judges", "unit"):
                    if getattr(newer, word) != getattr(versions[0], word):
                        raise VersionsDiffer(name=name, first=versions[0].version, second=newer.version, word=word)
        shelf = cls({name: tuple(versions) for name, versions in sorted(by_name.items())})
        ties.refuse_loose_ties(shelf.versions)
        return shelf

    @cached_property
    def tied(self) -> list[tuple[str, ...]]:
        """Return the policies that are tied to others, in the order in which they are decided; what shares a limit is one step."""
        return ties.steps(self.versions)

    @cached_property
    def unit(self) -> str:
        """Return what a stay is for these policies: `stay` or `settlement`. Raises `UnitsDiffer`."""
        return ties.unit_of(policy for versions in self.versions.values() for policy in versions)

    def __iter__(self) -> Iterator[tuple[str, tuple[Policy, ...]]]:
        return iter(self.versions.items())

    def on(self, name: str, day: date) -> Policy:
        """This function will return the version of a policy in force on a day. Raises `NotInForce`, `PolicyUnknown`."""
        if name not in self.versions:
            raise PolicyUnknown(name=name, known=", ".join(self.versions))
        for policy in self.versions[name]:
            if policy.in_force_on(day):
                return policy
        begins = ", ".join(policy.starts.isoformat() for policy in self.versions[name])
        raise NotInForce(name=name, day=day.isoformat(), begins=begins)


def folder() -> Path:
    """This function will return the folder of the policy files that come with the product."""
    return Path(str(resources.files("jishiyu.policies") / "subsidies"))


@cache
def every_shipped() -> Shelf:
    """This function will load every policy file that comes with the product, other cities' included."""
    return Shelf.of(load_policy(path) for path in sorted(folder().glob("*/*.toml")))


def shipped(names: Sequence[str] = SHIPPED) -> Shelf:
    """This function will load the shipped policies of these names, by default the three of Changchun."""
    everything = every_shipped().versions
    for name in names:
        if name not in everything:
            raise PolicyUnknown(name=name, known=", ".join(everything))
    return Shelf({name: everything[name] for name in names})


def load_shelf(paths: Sequence[Path]) -> Shelf:
    """This function will load the given policy files, or the shipped three when none is given.

    Raises the problems of `Shelf.of`, and `UnitsDiffer`.
    """
    if not paths:
        return shipped()
    policies = [load_policy(path) for path in paths]
    ties.unit_of(policies)
    return Shelf.of(policies)
