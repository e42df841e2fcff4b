"""Addresses of the policies. A version in force is named by policy and version, one of the city's own drafts by number."""

from jishiyu.web.gate import page
from jishiyu.web.policies import drafting, publishing, trying, views

app_name = "policies"
urlpatterns = [
    page("policies", views.every, name="list", may="policies.see"),
    page("policies/compare", views.side_by_side, name="compare", may="policies.see"),
    page("policies/drafts/new", drafting.new, name="new", may="policies.publish"),
    page("policies/drafts/<int:version_id>", views.own, name="draft", may="policies.see"),
    page("policies/drafts/<int:version_id>/table", views.table_of_own, name="draft-table", may="policies.see"),
    page("policies/drafts/<int:version_id>/text", views.text_of_own, name="draft-text", may="policies.see"),
    page("policies/drafts/<int:version_id>/test", trying.own, name="draft-test", may="policies.test"),
    page("policies/drafts/<int:version_id>/numbers", drafting.numbers, name="numbers", may="policies.publish"),
    page("policies/drafts/<int:version_id>/edit", drafting.edit, name="edit", may="policies.publish"),
    page("policies/drafts/<int:version_id>/import-table", drafting.table, name="import-table", may="policies.publish"),
    page("policies/drafts/<int:version_id>/propose", publishing.propose, name="propose", may="policies.publish"),
    page("policies/drafts/<int:version_id>/return", publishing.send_back, name="return", may="policies.publish"),
    page("policies/drafts/<int:version_id>/drop", publishing.drop, name="drop", may="policies.publish"),
    page("policies/drafts/<int:version_id>/publish", publishing.publish, name="publish", may="policies.publish"),
    page("policies/<str:name>/<path:version>/table", views.table_of_one, name="table", may="policies.see"),
    page("policies/<str:name>/<path:version>/text", views.text_of_one, name="text", may="policies.see"),
    page("policies/<str:name>/<path:version>/test", trying.one, name="test", may="policies.test"),
    page("policies/<str:name>/<path:version>/draft", drafting.start, name="start", may="policies.publish"),
    page("policies/<str:name>/<path:version>", views.one, name="one", may="policies.see"),
]
