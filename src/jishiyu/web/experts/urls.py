"""Addresses of the resource list."""

from jishiyu.web.experts import changes, imports, lacks, times, views
from jishiyu.web.gate import page

app_name = "experts"
urlpatterns = [
    page("experts", views.experts, name="list", may="experts.see"),
    page("experts/new", changes.admit, name="admit", may="experts.change"),
    page("experts/import", imports.bring, name="import", may="experts.change"),
    page("experts/import/template", imports.template, name="template", may="experts.change"),
    page("experts/mine", times.mine, name="mine", may="visits.own"),
    page("experts/mine/weekly", times.my_weekly, name="my-weekly", may="visits.own"),
    page("experts/mine/calendar", times.my_calendar, name="my-calendar", may="visits.own"),
    page("experts/lacks/<int:campaign_id>", lacks.lacks, name="lacks", may="experts.see"),
    page("experts/<int:expert_id>", views.one, name="one", may="experts.see"),
    page("experts/<int:expert_id>/change", changes.change, name="change", may="experts.change"),
    page("experts/<int:expert_id>/end", changes.end, name="end", may="experts.change"),
    page("experts/<int:expert_id>/skills", changes.skills, name="skills", may="experts.change"),
    page("experts/<int:expert_id>/confirm", changes.confirm, name="confirm", may="experts.change"),
    page("experts/<int:expert_id>/times", times.office, name="times", may="experts.change"),
    page("experts/<int:expert_id>/weekly", times.weekly, name="weekly", may="experts.change"),
    page("experts/<int:expert_id>/calendar", times.calendar, name="calendar", may="experts.change"),
    page("experts/<int:expert_id>/absence", times.absence, name="absence", may="experts.change"),
]
