"""Addresses of finding, and of a member's page."""

from jishiyu.web.find import views
from jishiyu.web.gate import page

app_name = "people"
urlpatterns = [
    page("find", views.find_anything, name="find", may="people.find"),
    page("people/<int:person_id>", views.member_page, name="member", may="people.see"),
    page("people/<int:person_id>/more", views.more, name="more", may="people.see"),
]
