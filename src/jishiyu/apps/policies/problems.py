"""What can be wrong with a new version of a policy."""

from jishiyu.engine.problems import Problem


class VersionUnknown(Problem):
    """No version has this number."""

    en = "There is no policy version {version_id}. Look at the list of policies."
    zh = "没有编号为 {version_id} 的办法版本。请查看办法列表。"


class VersionNotOpen(Problem):
    """The version is not in the state this step needs."""

    en = "Version {version} of {name} is '{state}'; this step is not possible any more. Make a new version."
    zh = "{name} 的 {version} 版当前为“{state}”,不能再做此操作。请另建新版本。"


class VersionTaken(Problem):
    """A version of this name, or of this first day, is in force already."""

    en = "{name} already has a version {taken} ({starts}). Give the new one another name and another first day."
    zh = "{name} 已有 {taken} 版({starts} 起)。请给新版本另起版本号和起始日。"


class StartsBeforeFirst(Problem):
    """A version that begins before the first one there is."""

    en = "{name} begins on {first}; a new version must begin after that day, not on {starts}."
    zh = "{name} 自 {first} 起施行;新版本须晚于该日,不能自 {starts} 起。"


class PublisherIsProposer(Problem):
    """One person proposes and publishes."""

    en = "{by} proposed version {version} of {name} and so cannot publish it. Ask a second person."
    zh = "{name} 的 {version} 版由 {by} 提出,不得由其本人发布。请由另一人发布。"


class TiedNotTogether(Problem):
    """A version is tied to a policy that is neither in force nor proposed with it."""

    en = (
        "Version {version} of {name} is tied to {other}, which is neither in force nor proposed with it. Make a draft of {other} "
        "and propose both together; nothing was done."
    )
    zh = "{name} 的 {version} 版与 {other} 相关联,而 {other} 既未施行,也未一并提出。请为 {other} 建立草稿,两者一并提出;未作任何操作。"


class LimitNotTogether(Problem):
    """Versions that share a limit do not state the same one while both hold."""

    en = (
        "Version {version} of {name} shares its last limit with {other}, but version {theirs} of {other} states another one (amount, "
        "window, `with`) or another `order` for days on which both hold. Write it alike in a draft of each, from the same day, and "
        "propose them together; nothing was done."
    )
    zh = (
        "{name} 的 {version} 版与 {other} 共用最后一项限额,但在两者同时施行的日子里,{other} 的 {theirs} 版所写的限额(金额、期间、with)"
        "或 order 不同。请在双方的草稿中写成一致,自同一日起施行,并一并提出;未作任何操作。"
    )


class OneOfSeveral(Problem):
    """Giving up one of several versions that were proposed together."""

    en = "Version {version} of {name} was proposed together with {others}. Return them with a reason, then give this one up."
    zh = "{name} 的 {version} 版是与 {others} 一并提出的。请先注明理由一并退回,再放弃该版本。"


class ReasonMissing(Problem):
    """A proposal or a return without a reason."""

    en = "Say why: this step is kept with its reason."
    zh = "请填写理由:此操作须留存理由。"


class TextOfDecisionUnknown(Problem):
    """The text that decided something is not at hand."""

    en = "Version {version} of {name} with SHA-256 {digest}… is not on the shelf; another text would explain another rule."
    zh = "找不到 SHA-256 为 {digest}… 的 {name} {version} 版;用别的文本会解释成别的规则。"


class VersionChangedMeanwhile(Problem):
    """The text is not the one that was looked at."""

    en = "Somebody changed version {version} of {name} while you had it open. Look at it again; nothing was done."
    zh = "您打开期间,{name} 的 {version} 版已被他人修改。请重新查看;未作任何操作。"
