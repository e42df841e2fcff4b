"""Sentences in the language of the page: as they are printed, and halves of those that were kept in both, where nobody knew who would read them."""

import re

from jishiyu.web.figures.typography import chinese
from jishiyu.web.language import language

HANDED_OVER = re.compile(r"移交 (\S+?)[:：]\s*")  # what a case's log says before the words of whoever handed it over
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def printed(text: str) -> str:
    """Return a text in the language of the page as it is printed: Chinese has commas, colons and brackets of its own."""
    return chinese(text) if language() == "zh" else text


def spoken(sentence: str) -> str:
    """Show of a sentence that was kept in both languages ("中文 / English") the half of the page's language.

    The system writes them where nobody knows who will read; what people type is shown as it is.
    """
    return half(sentence, language())


def half(sentence: str, spoken_in: str) -> str:
    """Return the half of such a sentence in `zh` or `en`; any other sentence as it is, but for how a hand-over begins."""
    if spoken_in != "zh" and (handed := HANDED_OVER.match(sentence)):
        return f"handed over to {handed[1]}: {sentence[handed.end() :]}"
    ours, between, english = sentence.partition(" / ")
    if not between or not CHINESE.search(ours) or CHINESE.search(english):
        return sentence
    return ours if spoken_in == "zh" else english
