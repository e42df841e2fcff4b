"""Addresses of paying."""

from jishiyu.web.gate import page
from jishiyu.web.payments import batches, items, results, signatories, views

app_name = "payments"
urlpatterns = [
    page("payments", views.overview, name="list", may="payments.see"),
    page("payments/owed", views.owed, name="owed", may="payments.see"),
    page("payments/prepare", views.prepare, name="prepare", may="payments.prepare"),
    page("payments/stuck", views.stuck, name="stuck", may="payments.see"),
    page("payments/batches/<int:batch_id>", batches.batch, name="batch", may="payments.see"),
    page("payments/batches/<int:batch_id>/unions", batches.unions, name="unions", may="payments.see"),
    page("payments/batches/<int:batch_id>/sheet", batches.sheet, name="sheet", may="payments.see"),
    page("payments/batches/<int:batch_id>/approve", batches.approve, name="approve", may="payments.approve"),
    page("payments/batches/<int:batch_id>/cancel", batches.cancel, name="cancel", may="payments.prepare"),
    page("payments/batches/<int:batch_id>/send", batches.send, name="send", may="payments.send"),
    page("payments/batches/<int:batch_id>/files/<int:part>", batches.file, name="file", may="payments.send"),
    page("payments/batches/<int:batch_id>/close", batches.close, name="close", may="payments.answer"),
    page("payments/results", results.results, name="results", may="payments.see"),
    page("payments/results/new", results.take, name="answer", may="payments.answer"),
    page("payments/results/<int:result_id>", results.result, name="result", may="payments.see"),
    page("payments/items/<int:entitlement_id>", items.item, name="item", may="payments.see"),
    page("payments/items/<int:entitlement_id>/account", items.correct, name="account", may="payments.answer"),
    page("payments/items/<int:entitlement_id>/retry", items.retry, name="retry", may="payments.answer"),
    page("payments/signatories", signatories.signatories, name="signatories", may="payments.sign"),
    page("payments/signatories/new", signatories.name, name="name", may="payments.sign"),
    page("payments/signatories/<int:signatory_id>/end", signatories.end, name="end", may="payments.sign"),
]
