"""What a board was asked for: the round, aim, steward and level; among the enterprises of whoever looks."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.models import Account
from jishiyu.apps.enterprises.boards import Asked
from jishiyu.apps.enterprises.models import Aim, Campaign, Level
from jishiyu.apps.enterprises.queries import participations_of
from jishiyu.apps.enterprises.saying import level_words, round_names
from jishiyu.web.gate import who
from jishiyu.web.language import language

Option = tuple[str, str, bool]


@dataclass(frozen=True, slots=True)
class Choice:
    """One select of the row of filters."""

    key: str
    words: str
    options: list[Option]


@dataclass(frozen=True, slots=True)
class Question:
    """The question of a page, the moment it is asked, the fields that ask it, and the rounds there are to choose from."""

    asked: Asked
    at: datetime
    choices: list[Choice]
    rounds: list[Campaign]

    @property
    def said(self) -> list[tuple[str, str]]:
        """Return what was asked for in words, for the cover of a file."""
        chosen = ((one.words, next(words for _value, words, on in one.options if on)) for one in self.choices)
        return [(words, value) for words, value in chosen]

    @property
    def campaign(self) -> Campaign:
        """Return the round."""
        return self.asked.campaign


def question(request: HttpRequest) -> Question | None:
    """Return what the address asks for, of the newest round without another wish; None where no round is mine."""
    account = who(request).account
    if account is None:
        raise Http404
    mine = participations_of(account)
    rounds = list(
        Campaign.objects.filter(pk__in=mine.values("campaign_id")).select_related("lead").order_by("-begins_on", "-pk")
    )
    if not rounds:
        return None
    given = request.GET
    campaign = next((one for one in rounds if one.code == given.get("campaign")), rounds[0])
    aims = list(Aim.objects.filter(campaign=campaign).order_by("place", "pk"))
    stewards = list(
        Account.objects.filter(pk__in=mine.filter(campaign=campaign).values("steward_id")).order_by("full_name", "pk")
    )
    aim = _one_of(given, "aim", [one.code for one in aims])
    steward = _one_of(given, "steward", [one.name for one in stewards])
    level = _one_of(given, "level", [str(one.value) for one in Level])
    spoken = language()
    choices = [
        Choice(
            "campaign",
            _("Round"),
            [
                (one.code, name.say(spoken), one == campaign)
                for one, name in zip(rounds, round_names(rounds), strict=True)
            ],
        ),
        _choice("aim", _("Aim"), [(one.code, one.en if spoken == "en" else one.zh) for one in aims], aim),
        _choice("steward", _("Steward"), [(one.name, one.full_name) for one in stewards], steward),
        _choice(
            "level",
            _("Level that holds it"),
            [(str(one.value), level_words(campaign, one).say(spoken)) for one in Level],
            level,
        ),
    ]
    asked = Asked(
        campaign=campaign, participations=mine, aim=aim, level=int(level) if level else None,
        steward=next((one.pk for one in stewards if one.name == steward), None),
    )  # fmt: skip
    return Question(asked, timezone.now(), choices, rounds)


def _choice(key: str, words: str, options: list[tuple[str, str]], chosen: str) -> Choice:
    every: list[tuple[str, str]] = [("", _("all")), *options]
    return Choice(key, words, [(value, said, value == chosen) for value, said in every])


def _one_of(given: QueryDict, key: str, known: list[str]) -> str:
    wanted = given.get(key, "")
    return wanted if wanted in known else ""
