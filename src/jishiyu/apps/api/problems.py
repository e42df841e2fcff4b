"""What can be put right about tokens and requests of other systems."""

from jishiyu.engine.problems import Problem


class TokenNameTaken(Problem):
    """The name is in use, or was."""

    en = "There is or was a token named {name}. Choose another name; the trail must tell the two apart."
    zh = "已有(或曾有)名为 {name} 的令牌。请另取名称,以便在审计记录中区分。"


class TokenNameUnfit(Problem):
    """The name cannot be used."""

    en = "A token's name has 2 to 40 letters, digits, dots, hyphens or Chinese characters, without spaces; {name!r} has not."
    zh = "令牌名称为 2 至 40 个字母、数字、点、连字符或汉字,不含空格;{name!r} 不符合。"


class NoScope(Problem):
    """A token for nothing."""

    en = "Choose at least one thing that the token is good for."
    zh = "请至少选择一项用途。"


class RateUnfit(Problem):
    """The rate is out of bounds."""

    en = "A token may ask 1 to 6,000 times a minute; {rate} is not between."
    zh = "令牌每分钟可请求 1 至 6,000 次;{rate} 不在此范围内。"


class TermUnfit(Problem):
    """Too long, or over already."""

    en = "A token is good until a day after today and at most one year ahead; {last} is not such a day."
    zh = "令牌的最后有效日须在今天之后、一年以内;{last} 不符合。"


class ScopeBeyondAccount(Problem):
    """Whoever answers for the token may not do this themselves."""

    en = (
        "{account} may not do “{scope}” there, and a token is never wider than the account that answers for it. Choose "
        "another account or leave this out."
    )
    zh = "账号 {account} 在该范围内无权“{scope}”;令牌的权限不得超过其责任人。请另选责任人,或去掉该用途。"


class ScopeOfTheCity(Problem):
    """Something of the whole city for one branch."""

    en = "“{scope}” concerns the whole city and cannot be given for one branch. Leave the union empty or this out."
    zh = "“{scope}”涉及全市数据,不能限定在某一工会。请将工会留空,或去掉该用途。"


class TokenUnknown(Problem):
    """No such token, or not yours."""

    en = "There is no token {token} that you answer for. Look at the list of tokens."
    zh = "没有由您负责的令牌 {token}。请查看令牌列表。"


class TokenNotWaiting(Problem):
    """It was collected before, or ended."""

    en = "Token {name} cannot be collected: it is shown only once, and its state is {state}. Ask for a new one."
    zh = "令牌 {name} 不能领取:令牌只显示一次,当前状态为“{state}”。请另行申请。"


class TokenEnded(Problem):
    """It has ended already."""

    en = "Token {name} was ended already by somebody. Nothing is left to do."
    zh = "令牌 {name} 已被收回,无需再次操作。"


class ReasonNeeded(Problem):
    """Something is ended without a reason."""

    en = "Say why: give a reason of at least two characters."
    zh = "请说明原因(至少两个字)。"


class TokenRefused(Problem):
    """A request without a good token."""

    en = (
        "This request carries no token that is good today. Send `Authorization: Bearer …`; if the token has expired or "
        "was ended, ask the security administrator for a new one."
    )
    zh = "本次请求没有有效的令牌。请携带 `Authorization: Bearer …`;如令牌已过期或被收回,请向安全管理员申请新令牌。"


class ScopeMissing(Problem):
    """A good token, but not for this."""

    en = "This token is not good for {scopes}. Ask the security administrator for one that is."
    zh = "该令牌不含 {scopes} 用途。请向安全管理员申请含有该用途的令牌。"


class TooFast(Problem):
    """More requests than agreed."""

    en = "This token may ask {rate} times a minute. Wait {seconds} seconds, then go on."
    zh = "该令牌每分钟可请求 {rate} 次。请等待 {seconds} 秒后继续。"


class KeyMissing(Problem):
    """A POST without a usable Idempotency-Key."""

    en = (
        "Send an `Idempotency-Key` of 8 to 128 ASCII characters without spaces with every POST, a new one for every new "
        "matter and the same one when you send the same again. Nothing was done."
    )
    zh = "每个 POST 请求须携带 `Idempotency-Key`(8 至 128 个 ASCII 字符,不含空格):新业务用新值,重发同一请求用原值。本次未作任何处理。"


class KeyUsedOtherwise(Problem):
    """The key belongs to another request."""

    en = "The Idempotency-Key {key} was used on {at} for a request that was not the same. Use a new one. Nothing was done."
    zh = "Idempotency-Key {key} 已于 {at} 用于另一个内容不同的请求。请换用新值。本次未作任何处理。"


class BodyUnreadable(Problem):
    """No JSON, or JSON that can be read in two ways."""

    en = "The body is not JSON that can be read without doubt ({detail}). Correct it and send it again; nothing was stored."
    zh = "请求内容不是可明确解读的 JSON({detail})。请更正后重发;未存入任何数据。"


class BodyTooLarge(Problem):
    """More than one request may carry."""

    en = "A request may carry {limit} bytes. Send the rest in further parts (/api/settlements/pushes). Nothing was stored."
    zh = "单次请求最多 {limit} 字节。请分多个部分推送(/api/settlements/pushes)。未存入任何数据。"


class BodyIncomplete(Problem):
    """Values that are missing or of the wrong kind."""

    en = "{count} values are missing or of the wrong kind; see `places`. Correct them and send the request again."
    zh = "有 {count} 处缺失或类型不符,见 `places`。请更正后重新发送。"


class FieldUnknown(Problem):
    """A filter that does not exist, or that stands twice."""

    en = "The address carries {name!r}, which it does not know or which stands twice. Look at /api/openapi.json; nothing was looked up."
    zh = "地址中的参数 {name!r} 不存在或重复。请查看 /api/openapi.json;未作查询。"


class PushUnknown(Problem):
    """No such push of this token."""

    en = "There is no push {push} of this token. Begin one with POST /api/settlements/pushes."
    zh = "该令牌没有编号为 {push} 的推送。请先以 POST /api/settlements/pushes 开始。"


class PushNotOpen(Problem):
    """The push has ended."""

    en = "Push {push} is no longer open ({state}). Begin a new one for further lines."
    zh = "推送 {push} 已结束({state})。如有新数据,请另行开始。"


class PartKnown(Problem):
    """The part came before, with other lines."""

    en = "Part {number} of push {push} is there already with other lines. Number parts from 1, each once."
    zh = "推送 {push} 的第 {number} 部分已收到,且内容不同。各部分请从 1 起编号,每号一次。"


class PartsMissing(Problem):
    """Not all parts are there."""

    en = "Push {push} should have {stated} parts; missing: {missing}. Send what is missing, then end it again."
    zh = "推送 {push} 应有 {stated} 个部分,缺少:{missing}。请补送后再结束。"


class LinesDisagree(Problem):
    """The count of lines is not the stated one."""

    en = "Push {push} should hold {stated} lines but holds {counted}. Send the missing lines as further parts, or give it up."
    zh = "推送 {push} 应有 {stated} 行,实收 {counted} 行。请补送缺少的部分,或放弃本次推送。"
