"""Addresses of the pairing meeting."""

from jishiyu.web.gate import Asks, page
from jishiyu.web.pairing import compare, need, steps, views

app_name = "pairing"
urlpatterns = [
    page("pairing", views.home, name="home", may="pairing.see"),
    page("pairing/<int:campaign_id>", views.meeting, name="meeting", may="pairing.see"),
    page("pairing/<int:campaign_id>/progress", views.progress, name="progress", may="pairing.see", asks=Asks.A_PAGE),
    page("pairing/<int:campaign_id>/solve", steps.solve, name="solve", may="pairing.work"),
    page("pairing/<int:campaign_id>/stop", steps.stop, name="stop", may="pairing.work"),
    page("pairing/<int:campaign_id>/pin", steps.pin, name="pin", may="pairing.work"),
    page("pairing/<int:campaign_id>/release/<int:pin_id>", steps.release, name="release", may="pairing.work"),
    page("pairing/proposals/<int:proposal_id>", views.plan, name="plan", may="pairing.see"),
    page("pairing/proposals/<int:proposal_id>/compare", compare.compare, name="compare", may="pairing.see"),
    page("pairing/proposals/<int:proposal_id>/accept", steps.accept, name="accept", may="pairing.work"),
    page("pairing/proposals/<int:proposal_id>/change", steps.change, name="change", may="pairing.work"),
    page("pairing/proposals/<int:proposal_id>/needs/<int:need_id>", need.need, name="need", may="pairing.see"),
    page("pairing/proposals/<int:proposal_id>/needs/<int:need_id>/place", need.place, name="place", may="pairing.work"),
]
