"""Money: yuan as people write it, fen as the engine counts it. Exact everywhere, no floats."""

from decimal import Decimal

import polars as pl

from jishiyu.engine.columns import NULLS, once_if_alike
from jishiyu.engine.short_texts import hundredths

# Ten digits before the point: a single bill of ten thousand million yuan is a mistake, and a column of a
# million such amounts still adds up inside Int64.
# `.5` is how some databases write 0.5.
PLAIN_YUAN = r"^-?(?:[0-9]{1,10}(?:\.[0-9]{1,2})?|\.[0-9]{1,2})$"
GROUPED_YUAN = r"^-?[0-9]{1,3}(,[0-9]{3}){1,3}(\.[0-9]{1,2})?$"

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ["", "拾", "佰", "仟"]
_GROUPS = ["", "万", "亿"]


@once_if_alike  # a column of nothing but 0.00
def fen_from_text(amounts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the amounts in fen (Int64) and which of them are not exact amounts in yuan.

    Empty text is null and no mistake. Thousands commas, full-width digits, spaces and a yuan sign are read;
    a third decimal, an exponent or a word is not repaired: the value is null and marked.
    """
    fen, read = hundredths(amounts)
    wrong = pl.repeat(value=False, n=len(amounts), eager=True)
    if read.all():
        return fen, wrong
    at = (~read).arg_true()
    others, strange = _other_forms(amounts.gather(at))
    return fen.scatter(at, others), wrong.scatter(at, strange)


def _other_forms(amounts: pl.Series) -> tuple[pl.Series, pl.Series]:
    plain = amounts.str.contains(PLAIN_YUAN)
    fen = _fen(amounts.set(~plain, None) if not plain.all() else amounts)
    wrong = ~plain.fill_null(value=True)
    if not wrong.any():
        return fen, wrong
    rest = amounts.filter(wrong)
    folded = rest.str.normalize("NFKC").str.replace_all(r"[\s\x{feff}\x{200b}]", "")
    folded = folded.str.replace_all("\u2212", "-", literal=True)
    folded = folded.str.replace(r"^(-?)(?:¥|CNY|RMB)", "${1}").str.replace("元$", "")
    ungrouped = folded.str.replace_all(",", "", literal=True)
    folded = ungrouped.zip_with(folded.str.contains(GROUPED_YUAN), folded)
    good = folded.str.contains(PLAIN_YUAN)
    positions = wrong.arg_true()
    fen = fen.scatter(positions, _fen(folded.set(~good, None)))
    return fen, wrong.scatter(positions, ~good & ~folded.is_in(NULLS))


def _fen(plain: pl.Series) -> pl.Series:
    # A decimal of scale 2 is its count of hundredths; the pattern was checked, so nothing can be cut off.
    return plain.cast(pl.Decimal(18, 2)).to_physical().cast(pl.Int64)


def fen_to_yuan(fen: int) -> Decimal:
    """Return fen as yuan with exactly two places."""
    return Decimal(fen).scaleb(-2).quantize(Decimal("0.01"))


def yuan_text(fen: int) -> str:
    """Return fen as yuan for people: `152,000.00`."""
    return f"{fen_to_yuan(fen):,.2f}"


def capitals(fen: int) -> str:
    """Return fen in the Chinese capitals that vouchers and cheques ask for: 壹万贰仟壹佰陆拾元整.

    Source: 支付结算办法 annex 1, rules 1 to 4 on filling in amounts.
    """
    if fen < 0:
        return "负" + capitals(-fen)
    yuan, hundredths = divmod(fen, 100)
    jiao, cents = divmod(hundredths, 10)
    words = _whole(yuan) + "元" if yuan else ""
    if jiao:
        words += _DIGITS[jiao] + "角"
    elif cents and yuan:
        words += "零"
    if cents:
        return words + _DIGITS[cents] + "分"
    return (words or "零元") + "整"


def _whole(yuan: int) -> str:
    # Zeros are said once, before the digit that follows them; a group of four zeros says nothing itself.
    words, gap = "", False
    groups = []
    while yuan:
        yuan, group = divmod(yuan, 10_000)
        groups.append(group)
    if len(groups) > len(_GROUPS):
        raise ValueError("more than 12 digits of yuan")
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        for place in range(3, -1, -1):
            digit = group // 10**place % 10
            if digit == 0:
                gap = bool(words)
                continue
            words += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
            gap = False
        if group:
            words += _GROUPS[index]
    return words
