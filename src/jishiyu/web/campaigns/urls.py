"""Addresses of rounds."""

from jishiyu.web.campaigns import closing, enterprises, links, opening, stewards, views
from jishiyu.web.gate import page

app_name = "campaigns"
urlpatterns = [
    page("campaigns", views.listed, name="list", may="campaigns.see"),
    page("campaigns/open", views.open_round, name="open", may="campaigns.change"),
    page("campaigns/unions", opening.unions, name="unions", may="campaigns.change"),
    page("campaigns/<int:campaign_id>", views.one, name="one", may="campaigns.see"),
    page("campaigns/<int:campaign_id>/close", closing.close, name="close", may="campaigns.change"),
    page("campaigns/<int:campaign_id>/enrol", enterprises.enrol, name="enrol", may="campaigns.change"),
    page("campaigns/<int:campaign_id>/link", links.of_round, name="link", may="campaigns.change"),
    page("campaigns/<int:campaign_id>/stewards", stewards.compared, name="stewards", may="campaigns.change"),
    page("campaigns/appoint", enterprises.appoint_many, name="appoint-many", may="campaigns.change"),
    page(
        "campaigns/enterprises/<int:participation_id>/steward",
        enterprises.appoint,
        name="appoint",
        may="campaigns.change",
    ),
    page(
        "campaigns/enterprises/<int:participation_id>/link",
        links.of_enterprise,
        name="enterprise-link",
        may="campaigns.see",
    ),
    page("campaigns/links/<int:link_id>/withdraw", links.withdraw, name="withdraw-link", may="campaigns.see"),
]
