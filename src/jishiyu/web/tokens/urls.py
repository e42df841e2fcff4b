"""Addresses of tokens."""

from jishiyu.web.gate import page
from jishiyu.web.tokens import views

app_name = "tokens"
urlpatterns = [
    page("tokens", views.every, name="list", may="tokens.manage"),
    page("tokens/new", views.new, name="new", may="tokens.manage"),
    page("tokens/mine", views.mine, name="mine", may="tokens.collect"),
    page("tokens/mine/<int:token_id>/collect", views.collect, name="collect", may="tokens.collect"),
    page("tokens/<int:token_id>", views.one, name="one", may="tokens.manage"),
    page("tokens/<int:token_id>/end", views.end, name="end", may="tokens.manage"),
]
