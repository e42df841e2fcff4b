"""Numbers of a policy file, exact, and schema messages a policy maker understands."""

import re
from decimal import Decimal

from jsonschema import ValidationError

_YUAN = re.compile(r"^[0-9]{1,10}(\.[0-9]{1,2})?$")


def is_yuan(text: str) -> bool:
    """This function will tell whether a text is an amount in yuan with at most two decimals."""
    return bool(_YUAN.match(text))


def fen(yuan: str) -> int:
    """This function will turn yuan as text into fen, exactly."""
    return int(Decimal(yuan) * 100)


def ppm(per_cent: str) -> int:
    """This function will turn a rate such as "1.5 %" into millionths, exactly."""
    return int(Decimal(per_cent.rstrip(" %")) * 10_000)


def say_schema_error(error: ValidationError) -> tuple[str, str]:
    """This function will put a schema error into a sentence in English and Chinese."""
    value = error.validator_value
    match error.validator:
        case "required":
            missing = [name for name in value if name not in error.instance]
            return f"lacks {', '.join(missing)}", f"缺少 {'、'.join(missing)}"
        case "enum":
            return f"is {error.instance!r} but must be one of {value}", f"为 {error.instance!r},应为 {value} 之一"
        case "pattern":
            hint = error.schema.get("description", f"must match {value}")
            return f"is {error.instance!r}: {hint}", f"为 {error.instance!r},格式不对。{hint}"
        case "const":
            return f"must be {value!r}", f"应为 {value!r}"
        case "oneOf" | "anyOf" if not any("required" in option for option in value):
            hint = error.schema.get("description", "")
            return f"is {error.instance!r}: {hint}", f"为 {error.instance!r},不在可用值之内。{hint}"
        case "oneOf" | "anyOf":
            options = " | ".join(", ".join(option.get("required", ["…"])) for option in value)
            return f"needs one of: {options} (exactly one where they exclude each other)", f"需要其中一项:{options}"
        case _:
            return error.message, f"不符合要求:{error.message}"
