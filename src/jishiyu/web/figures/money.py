"""Money and counts the way Chinese reports write them: 3038万元, 11.1万人次."""

from decimal import ROUND_HALF_UP, Decimal

WAN = 10_000
YI = 100_000_000


def wan(number: Decimal | int) -> str:
    """Return a number as reports write it: below 10,000 as it is, then in 万 with one decimal, in 亿 with two.

    Half up, a zero after the point left out: 3038万, 4398.9万, 49.2万, 11.1万, 5000.
    """
    amount = Decimal(number)
    if abs(amount) < WAN:
        return _trim(amount.quantize(Decimal("0.01"), ROUND_HALF_UP))
    if abs(amount) >= YI:
        return _trim((amount / YI).quantize(Decimal("0.01"), ROUND_HALF_UP)) + "亿"
    return _trim((amount / WAN).quantize(Decimal("0.1"), ROUND_HALF_UP)) + "万"


def wan_yuan(fen: int) -> str:
    """Return fen as reports write yuan: 3038万元, 6.1万元, 5000元."""
    return wan(Decimal(fen).scaleb(-2)) + "元"


def million(number: Decimal | int) -> str:
    """Return a number as English reports write it: 30.38 million, 2.94 million, 492,000; rounded to 1,000 from 100,000."""
    amount = Decimal(number)
    if abs(amount) >= 1_000_000:
        return f"{_trim((amount / 1_000_000).quantize(Decimal('0.01'), ROUND_HALF_UP))} million"
    if abs(amount) >= 100_000:
        return f"{(amount / 1000).quantize(Decimal('1'), ROUND_HALF_UP) * 1000:,.0f}"
    return _trim_grouped(amount.quantize(Decimal("0.01"), ROUND_HALF_UP))


def _trim(amount: Decimal) -> str:
    written = f"{amount:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def _trim_grouped(amount: Decimal) -> str:
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
