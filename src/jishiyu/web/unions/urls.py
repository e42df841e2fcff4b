"""Addresses of the unions."""

from jishiyu.web.gate import page
from jishiyu.web.unions import changes, views

app_name = "unions"
urlpatterns = [
    page("unions", views.tree, name="tree", may="unions.see"),
    page("unions/all", views.every, name="all", may="unions.see"),
    page("unions/pick", views.pick, name="pick", may="unions.see"),
    page("unions/new", changes.new, name="new", may="unions.change"),
    page("unions/load", changes.load, name="load", may="unions.change"),
    page("unions/<int:union_id>", views.union, name="one", may="unions.see"),
    page("unions/<int:union_id>/below", views.below, name="below", may="unions.see"),
    page("unions/<int:union_id>/change", changes.change, name="change", may="unions.change"),
    page("unions/<int:union_id>/parent/<slug:kind>", changes.parent, name="parent", may="unions.change"),
    page("unions/<int:union_id>/close", changes.close, name="close", may="unions.change"),
]
