"""Addresses of recoveries."""

from jishiyu.web.gate import page
from jishiyu.web.recoveries import views

app_name = "recoveries"
urlpatterns = [
    page("recoveries", views.recoveries, name="list", may="recoveries.see"),
    page("recoveries/<int:recovery_id>", views.recovery, name="one", may="recoveries.see"),
    page("recoveries/<int:recovery_id>/ask", views.ask, name="ask", may="recoveries.work"),
    page("recoveries/<int:recovery_id>/repaid", views.repaid, name="repaid", may="recoveries.work"),
    page("recoveries/<int:recovery_id>/give-up", views.propose, name="propose", may="recoveries.work"),
    page("recoveries/<int:recovery_id>/approve", views.approve, name="approve", may="recoveries.approve"),
]
