"""Random numbers that are the same everywhere, and streams that do not disturb each other."""

from fractions import Fraction

import numpy as np
import pytest

from jishiyu.demo.streams import UNIT, Stream, scaled, share


def test_gives_these_numbers_on_every_machine() -> None:
    assert Stream(1, "unions").units(4).tolist() == [1011140716, 1403401609, 3122230037, 3167908439]
    assert Stream(1, "unions").order(6).tolist() == [0, 1, 5, 4, 2, 3]


def test_one_stream_does_not_shift_another() -> None:
    alone = Stream(5, "b").units(10).tolist()
    first = Stream(5, "a")
    first.units(1_000)
    assert Stream(5, "b").units(10).tolist() == alone
    assert Stream(5, "a").units(10).tolist() != alone
    assert Stream(6, "b").units(10).tolist() != alone


def test_strata_take_one_number_from_each_part() -> None:
    units = np.sort(Stream(3, "strata").strata(1_000))
    assert (units * 1_000 // UNIT).tolist() == list(range(1_000))


def test_bounded_numbers_stay_within_their_bounds() -> None:
    stream = Stream(2, "bounds")
    numbers = stream.between(10_000, 8, 11)
    assert set(numbers.tolist()) == {8, 9, 10}
    assert set(stream.choose(10_000, (1, 0, 3)).tolist()) == {0, 2}
    assert stream.within(np.asarray([1, 1, 1], dtype=np.int64)).tolist() == [0, 0, 0]


@pytest.mark.parametrize(("total", "weights"), [(10, (1, 1, 1)), (1_199, (3, 5, 7, 11)), (2, (1, 1, 1))])
def test_shares_add_up(total: int, weights: tuple[int, ...]) -> None:
    counts = share(total, weights)
    assert counts.sum() == total
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    assert all(abs(count - part) < 1 for count, part in zip(counts.tolist(), exact, strict=True))


def test_scales_to_the_nearest_whole_number() -> None:
    assert [scaled(number, Fraction(1, 8)) for number in (0, 3, 4, 12, 299)] == [0, 0, 1, 2, 37]
