"""What the rows of a figure are called, in Chinese and English."""

from decimal import Decimal

from jishiyu.apps.intake.models import Bucket
from jishiyu.apps.policies.queries import in_force
from jishiyu.apps.statistics.queries import By, Group, hospital_levels
from jishiyu.engine.policy.shelf import every_shipped
from jishiyu.web.figures.figure import Say

UNKNOWN = Say("未知", "unknown")

HEADINGS = {
    By.MONTH: Say("月份", "month"),
    By.QUARTER: Say("季度", "quarter"),
    By.YEAR: Say("年度", "year"),
    By.POLICY: Say("补贴", "subsidy"),
    By.UNION: Say("工会", "union"),
    By.DISTRICT: Say("区县", "district"),
    By.TRADE: Say("行业", "trade"),
    By.BRACKET: Say("档次", "bracket"),
    By.AGE: Say("年龄", "age"),
    By.SEX: Say("性别", "sex"),
    By.HOSPITAL_LEVEL: Say("医院等级", "hospital level"),
    By.CHANNEL: Say("渠道", "channel"),
}

TITLES = {
    By.MONTH: Say("按月份", "By month"),
    By.QUARTER: Say("按季度", "By quarter"),
    By.YEAR: Say("按年度", "By year"),
    By.POLICY: Say("按补贴种类", "By subsidy"),
    By.UNION: Say("按工会(含下级)", "By union branch, with all below"),
    By.DISTRICT: Say("按区县", "By district"),
    By.TRADE: Say("按行业", "By trade"),
    By.BRACKET: Say("按档次", "By bracket"),
    By.AGE: Say("按年龄段", "By age"),
    By.SEX: Say("按性别", "By sex"),
    By.HOSPITAL_LEVEL: Say("按医院等级", "By hospital level"),
    By.CHANNEL: Say("按渠道(免申即享)", "By channel: without application"),
}

POLICIES = {
    "changchun.hospital": Say("住院医疗", "hospital stay"),
    "changchun.accident": Say("非工伤意外伤害", "non-work accident"),
    "changchun.fire": Say("家庭财产火灾", "household fire"),
}

_CHANNELS = {
    "automatic": Say("免申即享(自动发放)", "automatic, without application"),
    "assisted": Say("协助申请(超过自动限额)", "assisted: over the automatic limit"),
    "application": Say("本人或单位工会申请", "on application"),
}
_SEXES = {"1": Say("男", "male"), "2": Say("女", "female")}


# Names of subsidies that a city published itself, by policy: a list asks for them row by row.
_PUBLISHED: dict[str, Say] = {}


def policy_label(name: str) -> Say:
    """Return a short name of a policy: ours, else its title, else its code."""
    if name in POLICIES:
        return POLICIES[name]
    known = every_shipped().versions.get(name)
    if known is None and name not in _PUBLISHED and (known := in_force().versions.get(name)) is not None:
        _PUBLISHED[name] = Say(known[-1].title["zh"], known[-1].title["en"])
    if known is None:
        return _PUBLISHED.get(name, Say(name, name))
    return Say(known[-1].title["zh"], known[-1].title["en"])


def bucket_label(bucket: str) -> Say:
    """Return the name of a bucket."""
    return Say.of(Bucket(bucket))


def rate(ppm: int) -> str:
    """Return millionths as per cent: 1.5 %."""
    share = Decimal(ppm) / 10_000
    return f"{share.normalize():f} %"


def label(group: Group, by: By) -> Say:
    """Return what a row of a figure is called."""
    key = group.key[0]
    if by is By.BRACKET:
        return _bracket(*group.key)
    if by is By.POLICY:
        return policy_label(key)
    if by is By.UNION:
        return Say(f"{group.name} {key}", f"{group.name} {key}") if key else Say("本级及其他", "itself and others")
    if by is By.AGE and key:
        return _age(key)
    if by is By.HOSPITAL_LEVEL and key:
        return _level(key)
    named = {By.SEX: _SEXES, By.CHANNEL: _CHANNELS}.get(by, {})
    return named.get(key, Say(key, key)) if key else UNKNOWN


def _age(key: str) -> Say:
    if key == "60+":
        return Say("60 岁及以上", "60 and over")
    if key == "00-19":
        return Say("19 岁及以下", "19 and under")
    return Say(f"{key.replace('-', '—')} 岁", key)


def _level(key: str) -> Say:
    if key == "-":
        return Say("非住院", "no stay")
    known = hospital_levels().get(key)
    return Say(known["zh"], known["en"]) if known else Say(f"代码 {key}", f"code {key}")


def _bracket(policy: str, bracket: str, rate_ppm: str) -> Say:
    name = policy_label(policy)
    if not bracket:
        return Say(f"{name.zh}(不分档)", f"{name.en} (no brackets)")
    share = rate(int(rate_ppm)) if rate_ppm else ""
    return Say(
        f"{name.zh} 第 {int(bracket)} 档 {share}".rstrip(), f"{name.en}, bracket {int(bracket)} {share}".rstrip()
    )
