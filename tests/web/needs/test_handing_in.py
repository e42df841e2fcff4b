"""An enterprise hands its needs in: by its account, by a link, in Excel; nothing is lost, nothing counts twice."""

import io
import re
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineSheet, CalamineWorkbook
from xlsxwriter import Workbook

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.enterprises.models import Attachment, Enterprise, LinkFor, Need, NeedList
from jishiyu.apps.enterprises.operations import Given, hand_in, make_link, withdraw_link
from jishiyu.apps.files.keeping import HELP
from jishiyu.web.needs import by_link
from tests.apps.applications.situations import picture
from tests.web.people import signed_in
from tests.web.steward.round import handed, open_power, steward, take_part

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(tmp_path: object, settings: object) -> None:
    settings.HELP_FOLDER = str(tmp_path)  # type: ignore[attr-defined]


def enterprise() -> Client:
    return signed_in(Role.ENTERPRISE, union="E1")


def day(ahead: int) -> str:
    return (timezone.localdate() + timedelta(days=ahead)).isoformat()


def once(page: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', page)
    assert found
    return found[1]


def test_several_needs_with_photos_are_handed_in_at_once_and_twice_is_once() -> None:
    take_part(steward=steward())
    client = enterprise()
    page = client.get("/our/needs/new").content.decode()
    form = {
        "once": once(page), "n0-words": "谐波偏大", "n0-wished": "周二上午", "n0-earliest_on": day(3),
        "n0-latest_on": day(9), "n3-words": "想给电工培训", "n4-words": "  ",
    }  # fmt: skip
    for _ in range(2):
        photo = SimpleUploadedFile("柜子.jpg", picture("x"))
        answer = client.post("/our/needs/new", {**form, "n0-files": [photo]})
        assert answer.status_code == 302
    needs = list(Need.objects.order_by("line"))
    assert [(need.words, need.line, need.state) for need in needs] == [
        ("谐波偏大", 1, "handed_in"),
        ("想给电工培训", 2, "handed_in"),
    ]
    assert (needs[0].wished, str(needs[0].earliest_on)) == ("周二上午", day(3))
    file = Attachment.objects.get()
    assert (file.given_name, file.media_type, len(HELP.names_kept())) == ("柜子.jpg", "image/jpeg", 1)
    shown = client.get("/our/needs").content.decode()
    assert "谐波偏大" in shown
    opened = client.get(f"/our/needs/files/{file.pk}")
    assert opened.headers["Content-Type"] == "image/jpeg"


def test_a_file_that_is_refused_refuses_the_list_and_leaves_nothing() -> None:
    take_part()
    bad = SimpleUploadedFile("x.exe", b"MZ not a picture")
    answer = enterprise().post("/our/needs/new", {"once": "a", "n0-words": "谐波", "n0-files": [bad]})
    assert answer.status_code == 422
    assert "谐波" in answer.content.decode()
    assert (Need.objects.count(), HELP.names_kept()) == (0, set())


def test_a_list_without_words_and_a_window_turned_round_are_told() -> None:
    take_part()
    client = enterprise()
    assert client.post("/our/needs/new", {"once": "a", "n0-words": ""}).status_code == 422
    turned = {"once": "b", "n0-words": "谐波", "n0-earliest_on": day(9), "n0-latest_on": day(3)}
    assert client.post("/our/needs/new", turned).status_code == 422
    assert not NeedList.objects.exists()


def test_another_enterprises_needs_are_no_such_page() -> None:
    other = handed(take_part("E2")).needs[0]
    take_part("E1")
    client = enterprise()
    for address in ("", "/withdraw"):
        assert client.get(f"/our/needs/{other.pk}{address}").status_code == 404
    assert other.number not in client.get("/our/needs").content.decode()


def test_a_need_is_withdrawn_with_a_reason() -> None:
    need = handed(take_part()).needs[0]
    client = enterprise()
    assert client.post(f"/our/needs/{need.pk}/withdraw", {"sentence": ""}).status_code == 422
    assert client.post(f"/our/needs/{need.pk}/withdraw", {"sentence": "已自行解决"}).status_code == 302
    need.refresh_from_db()
    assert (need.state, need.due_at) == ("withdrawn", None)
    assert "已自行解决" in client.get(f"/our/needs/{need.pk}").content.decode()


def link(whole_round: bool = False) -> tuple[str, int]:
    round_, taking = open_power(), take_part()
    secret = make_link(
        campaign_id=round_.pk, participation_id=None if whole_round else taking.pk, opens=LinkFor.HAND_IN, by="tests",
        at=timezone.now(),
    )  # fmt: skip
    return secret, round_.links.latest("id").pk


def test_a_personal_link_needs_no_account_and_shows_nobodys_rows() -> None:
    secret, _ = link()
    handed(take_part("E1"), "早先的需求")
    client = Client()
    page = client.get(f"/n/{secret}").content.decode()
    assert "E1 有限公司" in page
    assert "早先的需求" not in page
    form = {
        "once": once(page),
        "asker-contact": "王工",
        "asker-mobile": "13900005555",
        "n0-words": "变压器油温高",
        "power-peak_load_kw": "800",
    }
    for _ in range(2):
        answer = client.post(f"/n/{secret}", form)
        assert answer.status_code == 302
    done = client.get(answer.headers["Location"]).content.decode()
    need = Need.objects.get(words="变压器油温高")
    assert need.number in done
    assert need.need_list.source == "link"
    assert b"13900005555" not in bytes(need.need_list.contact or b"")


def test_the_link_of_a_round_enters_the_enterprise_or_finds_it_by_its_code() -> None:
    secret, _ = link(whole_round=True)
    Enterprise.objects.filter(code="E1").update(uscc="91350200MA12345678")
    client = Client()
    asked = {"asker-contact": "王工", "asker-mobile": "13900005555", "n0-words": "想装光伏"}
    new = {**asked, "once": "first-list-of-a-new-one", "named-enterprise": "新来的厂", "named-uscc": ""}
    known = {
        **asked,
        "once": "list-of-a-known-one",
        "named-enterprise": "随便写的名字",
        "named-uscc": "91350200MA12345678",
    }
    for form in (new, new, known):  # sent twice by accident
        assert client.post(f"/n/{secret}", form).status_code == 302
    names = set(Need.objects.values_list("participation__enterprise__name", flat=True))
    assert names == {"新来的厂", "E1 有限公司"}
    assert (Need.objects.count(), Enterprise.objects.filter(name="新来的厂").count()) == (2, 1)
    wrong = {**new, "once": "x" * 20, "named-uscc": "123"}
    answer = client.post(f"/n/{secret}", wrong)
    assert answer.status_code == 422
    assert "想装光伏" in answer.content.decode()


def test_a_link_that_was_withdrawn_or_is_made_up_opens_nothing() -> None:
    secret, key = link()
    withdraw_link(link_id=key, by="tests", at=timezone.now())
    for one in (secret, "made-up"):
        answer = Client().get(f"/n/{one}")
        assert answer.status_code == 422
        assert "E1 有限公司" not in answer.content.decode()


HEADINGS = ("需求描述", "希望时间", "最早日期", "最晚日期", "服务项目", "所需技能")


def sheets_of(content: bytes) -> list[CalamineSheet]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [book.get_sheet_by_name(name) for name in book.sheet_names]


def workbook(*rows: tuple[str, ...], headings: Sequence[str] = HEADINGS) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    with Workbook(buffer) as book:
        sheet = book.add_worksheet("需求清单")
        for at, row in enumerate((headings, *rows)):
            for column, text in enumerate(row):
                sheet.write_string(at, column, text)
    return SimpleUploadedFile("清单.xlsx", buffer.getvalue())


def test_a_sheet_loses_no_word_and_gives_a_reason_for_every_line() -> None:
    take_part()
    client = enterprise()
    sheet = workbook(
        ("谐波偏大", "", day(3), day(9), "电能质量检测与谐波治理", "谐波治理"),
        ("厂里很热", "", "下周", "", "空调清洗", "焊接"),
        ("", "周三", "", "", "", ""),
        ("谐波偏大", "", "", "", "", ""),
    )  # fmt: skip
    answer = client.post("/our/needs/sheet", {"file": sheet})
    page = answer.content.decode()
    assert answer.status_code == 200
    for said in (
        "没有服务项目“空调清洗”，已并入需求描述，由管家分类", "没有技能“焊接”，已并入需求描述，由管家分类",
        "“最早日期”的“下周”不是日期，已并入希望时间", "“需求描述”为空，未接收；请补填", "与第 2 行相同，只接收一条",
    ):  # fmt: skip
        assert said in page, said
    first, second = Need.objects.order_by("line")
    assert str(first.latest_on) == day(9)
    assert (second.words, second.wished) == ("厂里很热(服务项目:空调清洗)(所需技能:焊接)", "最早日期:下周")
    again = client.post(
        "/our/needs/sheet",
        {"file": workbook(("谐波偏大(服务项目:电能质量检测与谐波治理)(所需技能:谐波治理)",), ("新的一条",))},
    )
    assert first.number in again.content.decode()
    assert Need.objects.count() == 3


def test_an_impossible_time_is_told_in_the_form_with_everything_kept_and_in_a_sheet_beside_its_line() -> None:
    take_part()
    client = enterprise()
    for field, impossible, said in (("latest_on", day(-2), "已过"), ("earliest_on", day(300), "晚于本批次结束日")):
        form = {"once": "a", "n0-words": "谐波偏大", f"n0-{field}": impossible}
        answer = client.post("/our/needs/new", form)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert said in page
        assert "谐波偏大" in page  # nothing has to be written again
        assert f'value="{impossible}"' in page
    assert not NeedList.objects.exists()
    sheet = workbook(
        ("一条", "", "", day(-2), "", ""), ("两条", "", day(300), "", "", ""), ("三条", "", day(3), day(9), "", "谐波治理、焊接；谐波治理"),
        ("四条", "", "2026-02-30", "", "", ""),
    )  # fmt: skip
    page = client.post("/our/needs/sheet", {"file": sheet}).content.decode()
    for said in (
        f"最晚日期 {day(-2)} 已过",
        f"最早日期 {day(300)} 晚于本批次结束日",
        "没有技能“焊接”",
        "“2026-02-30”不是日期",
    ):
        assert said in page, said
    assert page.count("没有技能") == 1
    needs = Need.objects.order_by("line")
    assert [(one.wished, one.latest_on) for one in needs][:2] == [
        (f"最晚日期:{day(-2)}", None),
        (f"最早日期:{day(300)}", None),
    ]
    assert str(needs[2].latest_on) == day(9)
    assert needs[3].wished == "最早日期:2026-02-30"


def test_a_list_that_was_taken_counts_once_also_when_its_days_are_over() -> None:
    whose = take_part()
    given = [Given(words="谐波偏大", latest_on=timezone.localdate())]
    said = {"participation_id": whose.pk, "needs": given, "once": "x", "source": "web", "by": "tests"}
    first = hand_in(**said, at=timezone.now())
    again = hand_in(**said, at=timezone.now() + timedelta(days=5))
    assert (first.new, again.new, again.needs) == (True, False, first.needs)


def test_the_same_file_twice_counts_once_and_what_is_no_sheet_is_told() -> None:
    take_part()
    client = enterprise()
    for _ in range(2):
        assert client.post("/our/needs/sheet", {"file": workbook(("谐波偏大",))}).status_code == 200
    assert Need.objects.count() == 1
    for content in (b"%PDF-1.4", b""):
        answer = client.post("/our/needs/sheet", {"file": SimpleUploadedFile("x.xlsx", content)})
        assert answer.status_code == 422
    assert client.post("/our/needs/sheet", {"file": workbook(("",))}).status_code == 422


def test_the_template_comes_back_empty_and_is_read_by_our_own_reader() -> None:
    take_part()
    client = enterprise()
    template = client.get("/our/needs/template.xlsx")
    answer = client.post("/our/needs/sheet", {"file": SimpleUploadedFile("t.xlsx", template.content)})
    assert answer.status_code == 422
    assert not Need.objects.exists()


def test_the_template_is_in_the_language_of_the_page_and_an_english_one_is_read_like_a_chinese_one() -> None:
    secret, _ = link()
    client = Client()
    client.cookies["django_language"] = "en"
    headings, items = (
        sheet.to_python() for sheet in sheets_of(client.get(f"/n/{secret}/template.xlsx").content)
    )  # fmt: skip
    assert headings[0] == ["What you need", "When it suits you", "Not before", "Not after", "Service item", "Skills"]
    assert not re.search("[\u4e00-\u9fff]", str(items))
    page = client.get(f"/n/{secret}/sheet").content.decode()
    row = ("Our capacitors trip", "Tuesdays", day(3), "soon", "Power quality and harmonics", "harmonics")
    told = client.post(
        f"/n/{secret}/sheet", sheet_form(page, workbook(row, ("",), headings=headings[0]))
    ).content.decode()
    need = Need.objects.get()
    assert need.words == "Our capacitors trip(服务项目:电能质量检测与谐波治理)(所需技能:谐波治理)"
    assert (need.wished, str(need.earliest_on)) == ("Tuesdays;最晚日期:soon", day(3))
    for said in ("1 need was handed in", "“soon” in Not after is no date"):
        assert said in told, said


def test_what_an_enterprise_writes_in_a_sheet_is_kept_sign_by_sign() -> None:
    take_part()
    written = "①号车间，温度 85℃，约 300㎡；请来看看！"
    enterprise().post("/our/needs/sheet", {"file": workbook((written, "周二（上午）", "２０２６－０２－３０"))})
    need = Need.objects.get()
    assert (need.words, need.wished) == (written, "周二（上午）;最早日期:2026-02-30")
    assert enterprise().post("/our/needs/sheet", {"file": workbook((written,), ("又一条",))}).status_code == 200
    assert Need.objects.count() == 2


def sheet_form(page: str, sheet: SimpleUploadedFile, **more: str) -> dict[str, object]:
    return {"once": once(page), "asker-contact": "王工", "asker-mobile": "13900005555", "file": sheet, **more}


def test_behind_a_personal_link_the_template_is_taken_and_comes_back_filled_in() -> None:
    secret, _ = link()
    handed(take_part("E1"), "早先的需求")
    client = Client()
    assert f"/n/{secret}/sheet" in client.get(f"/n/{secret}").content.decode()
    page = client.get(f"/n/{secret}/sheet").content.decode()
    assert "E1 有限公司" in page
    assert f"/n/{secret}/template.xlsx" in page
    template = client.get(f"/n/{secret}/template.xlsx")
    assert template.content[:2] == b"PK"
    sheet = workbook(
        ("谐波偏大", "周二上午", day(3), day(9), "", "谐波治理"), ("", "周三"), ("厂里很热", "", "下周", "", "空调清洗")
    )
    form = sheet_form(page, sheet, **{"power-peak_load_kw": "800"})
    answer = client.post(f"/n/{secret}/sheet", form)
    shown = answer.content.decode()
    assert answer.status_code == 200
    needs = Need.objects.exclude(words="早先的需求").order_by("line")
    assert [(one.words, one.need_list.source, str(one.latest_on)) for one in needs] == [
        ("谐波偏大(所需技能:谐波治理)", "link", day(9)),
        ("厂里很热(服务项目:空调清洗)", "link", "None"),
    ]
    for said in (
        "“需求描述”为空，未接收；请补填",
        "没有服务项目“空调清洗”",
        "“下周”不是日期",
        "专属管家一般在下一个工作日内与您联系",
        needs[0].number,
    ):
        assert said in shown, said
    assert "早先的需求" not in shown
    assert needs[0].need_list.contact is not None
    assert b"13900005555" not in bytes(needs[0].need_list.contact)


def test_a_sheet_sent_again_by_link_brings_only_what_is_new_and_tells_nobody_elses() -> None:
    secret, _ = link()
    handed(take_part("E1"), "早先的需求")
    client = Client()

    def send(*rows: tuple[str, ...], page: str = "", mobile: str = "13900005555") -> str:
        page = page or client.get(f"/n/{secret}/sheet").content.decode()
        form = sheet_form(page, workbook(*rows), **{"asker-mobile": mobile})
        return client.post(f"/n/{secret}/sheet", form).content.decode()

    page = client.get(f"/n/{secret}/sheet").content.decode()
    for _ in range(2):  # a double click
        assert "谐波偏大" in send(("谐波偏大",), page=page)
    first = Need.objects.get(words="谐波偏大")
    corrected = send(("谐波偏大",), ("想装光伏",), mobile="139 0000 5555")
    assert f"与需求 {first.number} 相同" in corrected
    assert Need.objects.count() == 3
    other = send(
        ("谐波偏大",), ("早先的需求",), mobile="13900006666"
    )  # whoever knows the link learns nothing of others
    assert first.number not in other
    assert "已在办" not in other
    assert (
        Need.objects.filter(words__in=("谐波偏大", "早先的需求")).count() == 4
    )  # the steward sees that they are alike


def test_the_link_of_a_round_takes_a_sheet_and_enters_the_enterprise_only_with_it() -> None:
    secret, _ = link(whole_round=True)
    client = Client()
    page = client.get(f"/n/{secret}/sheet").content.decode()
    named = {"named-enterprise": "新来的厂", "named-uscc": ""}
    refusals = (
        {"file": SimpleUploadedFile("x.xlsx", b"%PDF-1.4")}, {"file": workbook(("",))}, {"file": ""},
        {"asker-mobile": "下周再说"}, {"asker-contact": ""}, {"named-enterprise": ""}, {"named-uscc": "123"},
    )  # fmt: skip
    for wrong in refusals:
        answer = client.post(f"/n/{secret}/sheet", {**sheet_form(page, workbook(("谐波偏大",))), **named, **wrong})
        assert answer.status_code == 422, wrong
        assert 'name="asker-contact"' in answer.content.decode()  # what was written is there again
    assert not Enterprise.objects.filter(name="新来的厂").exists()
    assert client.post(f"/n/{secret}/sheet", {**sheet_form(page, workbook(("谐波偏大",))), **named}).status_code == 200
    assert Need.objects.get().participation.enterprise.name == "新来的厂"


def test_a_list_by_the_link_of_a_round_that_is_refused_enters_no_enterprise() -> None:
    secret, _ = link(whole_round=True)
    form = {
        "once": "x" * 20, "asker-contact": "王工", "asker-mobile": "13900005555", "n0-words": "想装光伏",
        "n0-latest_on": day(-2), "named-enterprise": "新来的厂",
    }  # fmt: skip
    assert Client().post(f"/n/{secret}", form).status_code == 422
    assert not Enterprise.objects.filter(name="新来的厂").exists()


def test_form_and_sheet_by_link_are_counted_together_and_stop_at_the_same_number(settings: object) -> None:
    secret, _ = link()
    client, taken = Client(REMOTE_ADDR="192.0.2.77"), 0
    page = client.get(f"/n/{secret}/sheet").content.decode()
    cache.set("handed-in-192.0.2.77", by_link.PER_ADDRESS - 1, timeout=60)
    for at in range(2):
        taken += client.post(f"/n/{secret}/sheet", sheet_form(page, workbook((f"第 {at} 条",)))).status_code == 200
    asked = {"once": "y" * 20, "asker-contact": "王工", "asker-mobile": "13900005555", "n0-words": "想装光伏"}
    answer = client.post(f"/n/{secret}", asked)
    assert (taken, answer.status_code, Need.objects.count()) == (1, 422, 1)
    assert "请十分钟后再试" in answer.content.decode()


def test_a_withdrawn_link_gives_neither_template_nor_page_and_takes_no_sheet() -> None:
    secret, key = link()
    page = Client().get(f"/n/{secret}/sheet").content.decode()
    withdraw_link(link_id=key, by="tests", at=timezone.now())
    for one in (secret, "made-up"):
        assert Client().get(f"/n/{one}/template.xlsx").status_code == 422
        assert Client().get(f"/n/{one}/sheet").status_code == 422
        assert Client().post(f"/n/{one}/sheet", sheet_form(page, workbook(("谐波偏大",)))).status_code == 422
    assert not Need.objects.exists()


def test_a_sheet_by_link_needs_the_token_of_its_page() -> None:
    secret, _ = link()
    client = Client(enforce_csrf_checks=True)
    page = client.get(f"/n/{secret}/sheet").content.decode()
    form = sheet_form(page, workbook(("谐波偏大",)))
    assert client.post(f"/n/{secret}/sheet", form).status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    form = sheet_form(page, workbook(("谐波偏大",)), csrfmiddlewaretoken=token[1])
    assert client.post(f"/n/{secret}/sheet", form).status_code == 200


def test_a_sheet_that_would_eat_all_memory_or_is_too_large_is_told_and_the_console_lives_on() -> None:
    secret, _ = link()
    client = Client()
    page = client.get(f"/n/{secret}/sheet").content.decode()
    buffer = io.BytesIO()
    with Workbook(buffer) as book:
        sheet = book.add_worksheet("需求清单")
        sheet.write_string(0, 0, "需求描述")
        sheet.write_string(1, 0, "谐波偏大")
        sheet.write_string(1_048_575, 16_383, "x")  # five kilobytes that ask for half a terabyte
    far = SimpleUploadedFile("远.xlsx", buffer.getvalue())
    large = SimpleUploadedFile("大.csv", b"x" * 5_000_001)
    for file, said in ((far, "单元格 XFD1048576"), (large, "文件超过 5 兆字节")):
        answer = client.post(f"/n/{secret}/sheet", sheet_form(page, file))
        assert answer.status_code == 422
        assert said in answer.content.decode(), said
    assert not Need.objects.exists()
    take_part("E1")
    far.seek(0)
    assert enterprise().post("/our/needs/sheet", {"file": far}).status_code == 422


def test_what_the_scanner_of_the_house_finds_in_a_sheet_refuses_it(settings: object) -> None:
    secret, _ = link()
    client = Client()
    page = client.get(f"/n/{secret}/sheet").content.decode()
    settings.SCANNER = "command:/bin/false"  # type: ignore[attr-defined]
    answer = client.post(f"/n/{secret}/sheet", sheet_form(page, workbook(("谐波偏大",))))
    assert answer.status_code == 422
    assert "有害" in answer.content.decode()
    assert not Need.objects.exists()


def test_facts_are_kept_and_the_telephone_is_sealed() -> None:
    taking = take_part()
    form = {
        "trade": "机械",
        "workers": "120",
        "peak_load_kw": "800",
        "voltage_level": "10kV",
        "contact": "李工",
        "mobile": "13900007777",
    }
    assert enterprise().post("/our/needs/facts", form).status_code == 302
    row = Enterprise.objects.get(pk=taking.enterprise_id)
    assert (row.trade, row.workers, row.peak_load_kw) == ("机械", 120, 800)
    assert b"13900007777" not in bytes(row.contact or b"")
