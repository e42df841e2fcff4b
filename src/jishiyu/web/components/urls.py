"""Addresses of parts that every screen uses."""

from jishiyu.web.components import reveal
from jishiyu.web.gate import page

urlpatterns = [
    page("people/<int:person_id>/reveal/<slug:field>", reveal.person, name="reveal-person", may="people.reveal"),
]
