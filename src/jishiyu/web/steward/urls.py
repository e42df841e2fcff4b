"""Addresses of a steward's desk and of the list of needs."""

from jishiyu.web.gate import page
from jishiyu.web.steward import enterprises, needs, steps

app_name = "service"
urlpatterns = [
    page("service", needs.desk, name="home", may="service.work"),
    page("service/record", enterprises.record, name="record", may="service.work"),
    page("service/enterprises", enterprises.listed, name="enterprises", may="needs.see"),
    page("service/enterprises/<int:participation_id>", enterprises.one, name="enterprise", may="needs.see"),
    page("service/enterprises/<int:participation_id>/contact", enterprises.contact, name="contact", may="needs.see"),
    page(
        "service/enterprises/<int:participation_id>/new", enterprises.write_down, name="write-down", may="service.work"
    ),
    page("service/enterprises/<int:participation_id>/facts", enterprises.facts, name="facts", may="service.work"),
    page("service/needs", needs.listed, name="needs", may="needs.see"),
    page("service/needs/forward", steps.forward_many, name="forward-many", may="needs.forward"),
    page("service/needs/<int:need_id>", needs.one, name="need", may="needs.see"),
    page("service/needs/<int:need_id>/forward", steps.forward, name="forward", may="needs.forward"),
    page("service/needs/<int:need_id>/confirm", steps.confirm, name="confirm", may="service.work"),
    page("service/needs/<int:need_id>/call", steps.call, name="call", may="service.work"),
    page("service/needs/<int:need_id>/classify", steps.classify, name="classify", may="service.work"),
    page("service/needs/<int:need_id>/plan", steps.plan, name="plan", may="service.work"),
    page("service/needs/<int:need_id>/end", steps.end, name="end", may="needs.see"),
    page("service/needs/<int:need_id>/again", steps.again, name="again", may="service.work"),
    page("service/files/<int:file_id>", needs.file, name="file", may="needs.see"),
]
