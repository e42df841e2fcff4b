"""Addresses of the review."""

from jishiyu.web.gate import page
from jishiyu.web.reviews import cases, steps, views

app_name = "reviews"
urlpatterns = [
    page("reviews", views.queue, name="queue", may="reviews.see"),
    page("reviews/compare", views.compare, name="compare", may="reviews.compare"),
    page("reviews/cases", cases.cases, name="cases", may="reviews.see"),
    page("reviews/cases/<int:case_id>", cases.case, name="case", may="reviews.see"),
    page("reviews/cases/<int:case_id>/propose", cases.propose, name="propose", may="reviews.second"),
    page("reviews/cases/<int:case_id>/second", cases.second, name="second", may="reviews.second"),
    page("reviews/cases/<int:case_id>/drop", cases.drop, name="drop", may="reviews.second"),
    page("reviews/<int:application_id>", views.review, name="one", may="reviews.see"),
    page("reviews/<int:application_id>/preview", views.preview, name="preview", may="reviews.see"),
    page("reviews/<int:application_id>/take", steps.take, name="take", may="reviews.decide"),
    page("reviews/<int:application_id>/take-appeal", steps.take_appeal, name="take-appeal", may="reviews.second"),
    page("reviews/<int:application_id>/hand-back", steps.hand_back, name="hand-back", may="reviews.decide"),
    page("reviews/<int:application_id>/return", steps.return_, name="return", may="reviews.decide"),
    page("reviews/<int:application_id>/approve", steps.approve, name="approve", may="reviews.decide"),
    page("reviews/<int:application_id>/refuse", steps.refuse, name="refuse", may="reviews.decide"),
    page("reviews/<int:application_id>/revoke", steps.revoke, name="revoke", may="reviews.second"),
]
