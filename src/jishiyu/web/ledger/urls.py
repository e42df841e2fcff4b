"""Addresses of the fund's books."""

from jishiyu.web.gate import page
from jishiyu.web.ledger import views

app_name = "ledger"
urlpatterns = [
    page("fund", views.accounts, name="accounts", may="ledger.see"),
    page("fund/movements", views.movements, name="movements", may="ledger.see"),
    page("fund/appropriate", views.appropriate, name="appropriate", may="ledger.appropriate"),
    page("fund/check", views.check, name="check", may="ledger.see"),
    page("fund/beancount", views.beancount, name="beancount", may="ledger.see"),
]
