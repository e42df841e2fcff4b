"""What can be put right about accounts."""

from jishiyu.engine.problems import Problem


class AccountUnknown(Problem):
    """No such account."""

    en = "There is no account {name}. Check the name in the list of accounts."
    zh = "没有账号 {name}。请在账号列表中核对名称。"


class NameTaken(Problem):
    """The name is in use."""

    en = "The account name {name} is taken. Choose another one; a name is never used again for somebody else."
    zh = "账号名 {name} 已被使用。请另取名称;账号名不会转给他人。"


class NameUnfit(Problem):
    """The name cannot be used."""

    en = "An account name has 2 to 40 letters, digits, dots, hyphens or Chinese characters, without spaces; {name!r} has not."
    zh = "账号名为 2 至 40 个字母、数字、点、连字符或汉字,不含空格;{name!r} 不符合。"


class SignInRefused(Problem):
    """Name or password is wrong; which of them is not said."""

    en = "Name or password is not right. After five wrong tries the account is locked until the security administrator opens it."
    zh = "账号名或密码不正确。连续错误五次,账号将被锁定,由安全管理员解锁。"


class AccountLocked(Problem):
    """The account is locked."""

    en = "This account is locked. Ask the security administrator to look at the lock-out record and open it."
    zh = "该账号已锁定。请联系安全管理员核查锁定记录后解锁。"


class TooManyTries(Problem):
    """Too much was tried from one place."""

    en = "Too many tries from this place. Wait ten minutes, then try again."
    zh = "该地点尝试次数过多。请等待十分钟后再试。"


class PasswordUnfit(Problem):
    """The password does not keep the rules."""

    en = (
        "This password cannot be used: {why}. It needs 8 characters or more with three of capital letters, small letters, "
        "digits and signs (16 or more: two of them), and must not hold the account name."
    )
    zh = "该密码不可用:{why}。密码至少 8 位,含大写、小写、数字、符号中的三类(16 位及以上含两类),且不得包含账号名。"


class PasswordUsedBefore(Problem):
    """One of the last five."""

    en = "This password was one of the last five. Choose a new one."
    zh = "该密码是最近五次用过的密码之一。请换一个新密码。"


class SeparatedDuties(Problem):
    """Two roles that must not meet in one hand."""

    en = (
        "{name} cannot be {role}: the three administrators are three people, and none of them does other work here. "
        "End the other role first, or name somebody else."
    )
    zh = "{name} 不能担任{role}:系统、安全、审计三员须由三人分别担任,且不得兼任其他岗位。请先终止原有岗位,或另选他人。"


class GrantExists(Problem):
    """The role is there already."""

    en = "{name} is {role} there already."
    zh = "{name} 在该范围内已担任{role}。"


class GrantNeedsUnion(Problem):
    """The role belongs to a union, or belongs to none."""

    en = "The role {role} {rule}. Choose the union again."
    zh = "岗位{role}{rule}。请重新选择工会。"


class GrantUnknown(Problem):
    """No such open grant."""

    en = "That role has ended already. Load the page again to see what is in force."
    zh = "该岗位授权已终止。请刷新页面查看现行授权。"


class NotForYourself(Problem):
    """Nobody gives roles to themselves."""

    en = "Nobody changes their own rights. Ask another security administrator."
    zh = "任何人不得变更自己的权限。请由另一名安全管理员办理。"


class ReasonNeeded(Problem):
    """A reason was not given."""

    en = "Say why: the reason stands in the audit trail."
    zh = "请填写理由:理由将写入审计记录。"


class NotLocked(Problem):
    """The account is open."""

    en = "{name} is not locked. Nothing was changed."
    zh = "{name} 未被锁定,未作任何改动。"


class MemberNumberUnclear(Problem):
    """A member number that leads to nobody, or to several people."""

    en = "The member number {member_no} leads to {count} people on the roster. Look it up on the roster and enter it again."
    zh = "会员号 {member_no} 在名册上对应 {count} 人。请在名册中查明后重新填写。"


class CodeRefused(Problem):
    """The one-time code is wrong or has run out."""

    en = "This code is not right or has run out. Check the message, or ask for a new code."
    zh = "验证码不正确或已失效。请核对短信,或重新获取验证码。"


class RolesNotAllowed(Problem):
    """The database user may not create the roles that row security needs."""

    en = (
        "The database user {user} may not create the roles {roles}, which keep people's rows apart ({reason}). Ask the "
        "database administrator to run: {sql}"
    )
    zh = "数据库用户 {user} 无权建立行级权限所需的角色 {roles}({reason})。请数据库管理员执行:{sql}"


class NoMemberBehind(Problem):
    """The account leads to nobody on the roster, or to a row that was joined with another one."""

    en = "This account leads to no member. Sign out and sign in again as a member; if that does not help, ask your union."
    zh = "此账号没有对应的会员。请退出后以会员身份重新登录;仍不行的,请联系单位工会。"


class CodesUsedUp(Problem):
    """Somebody has had all the codes they get within half an hour."""

    en = "Three codes were sent to your mobile already. Wait half an hour, then ask for another one."
    zh = "已向您的手机发送三次验证码。请半小时后再获取。"
