"""Compiles the inner loops once, so that the first round of a city does not wait for it: set-up runs this.

python -m jishiyu.engine.pairing.warming
"""

from jishiyu.engine.pairing.invent import invent
from jishiyu.engine.pairing.solve import propose


def warm() -> None:
    """This function will solve a small round by search, once anew and once again, so that every loop is compiled.

    Where the machine code is on disk already it is loaded, and this takes a second or two.
    """
    round_ = invent(70, 30, 12, seed=1)
    first = propose(round_.needs, round_.people, seconds=0.2)
    propose(round_.needs, round_.people, previous=first.visits, seconds=0.2)


if __name__ == "__main__":
    warm()
