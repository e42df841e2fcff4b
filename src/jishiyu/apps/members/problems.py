"""What can be wrong with memberships and roster files."""

from jishiyu.engine.problems import Problem


class RosterNotClean(Problem):
    """Who stands in a refused line looks absent, so nobody may be put out by such a file."""

    en = "{count} lines of {file} cannot be used, so it does not show who is absent. Correct them first, or load it without ending the memberships of those it leaves out."  # noqa: E501
    zh = "{file} 有 {count} 行无法使用,因此不能据此判断谁已不在册。请先更正,或不要让文件之外的会籍自动结束。"


class ImportNotOpen(Problem):
    """The import was confirmed or dropped already."""

    en = "Import {import_id} is '{state}' already. Check the file again to start a new one."
    zh = "导入 {import_id} 的状态是“{state}”,不能再确认。如需重新导入,请再次检查文件。"


class ImportUnknown(Problem):
    """There is no such import."""

    en = "There is no roster import {import_id}. Check the file first: jishiyu load roster FILE"
    zh = "没有编号为 {import_id} 的花名册导入。请先检查文件:jishiyu load roster 文件"


class RosterChangedMeanwhile(Problem):
    """Between check and confirmation somebody changed the memberships."""

    en = "The memberships have changed since {file} was checked ({was}; now {now}). Check the file again; nothing was changed."
    zh = "自检查 {file} 以来会籍已有变动(当时 {was};现在 {now})。请重新检查文件;未作任何改动。"


class MembershipOverlaps(Problem):
    """The person already belongs to this union in that time."""

    en = "This person already belongs to union {code} from {joined_on} to {left_on}. End that membership first, or choose another day."
    zh = "此人在 {joined_on} 至 {left_on} 已是工会 {code} 的会员。请先结束该会籍,或另选日期。"


class LeavesBeforeJoining(Problem):
    """A membership must last at least one day."""

    en = "The membership began on {joined_on}; it cannot end on {on}. Choose a later day."
    zh = "会籍自 {joined_on} 开始,不能在 {on} 结束。请选择更晚的日期。"


class MembershipEnded(Problem):
    """Only a membership that goes on can be ended or moved."""

    en = "Membership {membership_id} already ended on {left_on}. Choose the one that goes on."
    zh = "会籍 {membership_id} 已于 {left_on} 结束。请选择仍在会的会籍。"


class MembershipUnknown(Problem):
    """There is no such membership."""

    en = "There is no membership {membership_id}. Search again."
    zh = "没有编号为 {membership_id} 的会籍。请重新查找。"


class UnionClosed(Problem):
    """A closed union takes no members any more."""

    en = "Union {code} was closed on {closed_on}. Choose the union that took over."
    zh = "工会 {code} 已于 {closed_on} 撤销。请选择承接的工会。"


class SameUnion(Problem):
    """A move goes to another union."""

    en = "The member already belongs to union {code}. Choose another union."
    zh = "该会员已在工会 {code}。请选择另一个工会。"


class JoinedLater(Problem):
    """Somebody joined the union on or after the day from which it is to be closed."""

    en = "{count} memberships of union {code} begin on or after {on}. Choose a later day, or move them first."
    zh = "工会 {code} 有 {count} 条会籍在 {on} 当日或之后开始。请另选日期,或先调整这些会籍。"


class MemberOfOthers(Problem):
    """Whoever answers for one branch changes nothing about the members of another."""

    en = "This person is a member of a union that is not yours. Ask that union, or the city union, to transfer the member or to correct the record; nothing was changed."  # noqa: E501
    zh = "此人目前是您管理范围以外工会的会员。请由该工会或市总工会办理转会或更正;未作任何变更。"


class NameDiffers(Problem):
    """The number is on record under another name."""

    en = "The number {masked} is on record under another name. Check number and name against the certificate; if the name has changed, have it corrected first."
    zh = "证件号码 {masked} 在册的姓名与此不同。请对照证件核对号码和姓名;如已更名,请先更正姓名。"
