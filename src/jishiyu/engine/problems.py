"""What the user can put right.

One class per problem. The sentence stands in the class as a format string over its fields and says what is
wrong, which item, and what to do next; `zh` is the same sentence in Chinese. What the user cannot put right
stays an ordinary exception. A detail that can say itself (`Words`, another problem) is said in the language of the sentence.
"""

from typing import Any, ClassVar

from jishiyu.engine.words import said


class Problem(Exception):
    """Base of all problems; subclasses set `en` and `zh` and pass their details as keywords."""

    en: ClassVar[str] = "Something is wrong with the input."
    zh: ClassVar[str] = "输入有误。"

    def __init__(self, **details: Any) -> None:
        self.details = details
        super().__init__(self.say("en"))

    def __reduce__(self) -> tuple[Any, ...]:
        """Let a problem travel between processes, whatever its class asks for when it is raised."""
        return _again, (type(self), self.__dict__)

    def say(self, language: str = "en") -> str:
        """Return the sentence in `zh` or `en`."""
        details = {name: said(value, language) for name, value in self.details.items()}
        return (self.zh if language == "zh" else self.en).format(**details)


def _again(kind: "type[Problem]", fields: dict[str, Any]) -> "Problem":
    problem = kind.__new__(kind)
    problem.__dict__.update(fields)
    problem.args = (problem.say("en"),)
    return problem
