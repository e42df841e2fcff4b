"""What can be wrong with what is asked about people."""

from jishiyu.engine.problems import Problem


class KeysOfAnotherDatabase(Problem):
    """The key file is a sound one, but not the one this database was filled with."""

    en = "The key file {path} does not belong to this database ({name} differs). Bring back the right one; nothing was touched."
    zh = "密钥文件 {path} 不属于这个数据库({name} 不符)。请取回正确的密钥文件;数据未作任何改动。"


class NumberUnusable(Problem):
    """A certificate number cannot be a real one."""

    en = "The number {masked} cannot be right: {flaw}. Check it against the certificate."
    zh = "证件号码 {masked} 有误({flaw})。请对照证件核对。"


class CertificateOfAnother(Problem):
    """The number already leads to somebody else."""

    en = "The number {masked} already belongs to person {person_id}. If both are the same, merge them; otherwise check the number."
    zh = "证件号码 {masked} 已属于人员 {person_id}。若为同一人请合并,否则请核对号码。"


class PersonUnknown(Problem):
    """No person has this number in our books."""

    en = "There is no person {person_id}. Search again."
    zh = "没有编号为 {person_id} 的人员。请重新查找。"


class AlreadyMerged(Problem):
    """One of the two was merged before."""

    en = "Person {person_id} was already merged into person {kept_id}. Use person {kept_id}, or undo that merge first."
    zh = "人员 {person_id} 已合并到人员 {kept_id}。请改用人员 {kept_id},或先撤销那次合并。"


class StandsForOthers(Problem):
    """Others were merged into the person that is to go."""

    en = "Person {person_id} stands for others already ({others}). Merge the other way round, into person {person_id}."
    zh = "人员 {person_id} 名下已合并了其他人员({others})。请反向合并,并入人员 {person_id}。"


class SamePersonTwice(Problem):
    """A person cannot be merged into itself."""

    en = "Person {person_id} was named twice. Name the other one."
    zh = "两次都选了人员 {person_id}。请选择另一位。"


class ReasonMissing(Problem):
    """What is done to people's records is done for a reason."""

    en = "Give the reason: it is kept with the change."
    zh = "请填写理由:理由会与变更一并留存。"


class MergeUndone(Problem):
    """The merge is not in force any more."""

    en = "Merge {merge_id} was already undone by {undone_by}. Nothing is left to undo."
    zh = "合并 {merge_id} 已由 {undone_by} 撤销,无需再次撤销。"


class NameMissing(Problem):
    """A person has a name."""

    en = "The name is empty. Give the name as it stands on the certificate."
    zh = "姓名为空。请按证件填写姓名。"


class MobileUnusable(Problem):
    """A mobile number of the wrong shape."""

    en = "The mobile number {masked} cannot be right: write 5 to 15 digits. Check it and try again."
    zh = "手机号 {masked} 有误:应为 5 至 15 位数字。请核对后重填。"


class AccountUnusable(Problem):
    """An account of the wrong shape."""

    en = "The account {masked} cannot be right: write 8 to 32 digits. Check it against the card and try again."
    zh = "银行账号 {masked} 有误:应为 8 至 32 位数字。请对照银行卡核对后重填。"


class MergeUnknown(Problem):
    """There is no such merge."""

    en = "There is no merge {merge_id}. Look at the list of merges."
    zh = "没有编号为 {merge_id} 的合并记录。请查看合并列表。"
