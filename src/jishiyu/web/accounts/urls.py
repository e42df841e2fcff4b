"""Addresses of signing in, one's own account, and the accounts of others."""

from allauth.account.views import reauthenticate
from allauth.mfa.base import views as factors
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount.providers.openid_connect import views as sign_on
from allauth.socialaccount.views import login_cancelled, login_error
from django.urls import include, path

from jishiyu.apps.accounts.rights import PUBLIC, SIGNED_IN
from jishiyu.web.accounts import signing_in, views
from jishiyu.web.gate import FIRST_STEPS, page

# django-allauth looks its pages up by these names, outside any namespace.
signing_in_patterns = [
    page("sign-in", signing_in.sign_in, name="account_login", may=PUBLIC),
    page("sign-out", signing_in.sign_out, name="account_logout", may=PUBLIC),
    page("sign-in/factor", factors.authenticate, name="mfa_authenticate", may=PUBLIC),
    page("sign-in/member", signing_in.member_sign_in, name="member-sign-in", may=PUBLIC),
    page("sign-in/member/code", signing_in.member_code, name="member-code", may=PUBLIC),
    page("sign-on/<slug:provider_id>", sign_on.login, name="openid_connect_login", may=PUBLIC),
    page("sign-on/<slug:provider_id>/callback", sign_on.callback, name="openid_connect_callback", may=PUBLIC),
    page("sign-on-error", login_error, name="socialaccount_login_error", may=PUBLIC),
    page("sign-on-cancelled", login_cancelled, name="socialaccount_login_cancelled", may=PUBLIC),
    page("account/again", reauthenticate, name="account_reauthenticate", may=FIRST_STEPS),
    page("account/factor", factors.index, name="mfa_index", may=FIRST_STEPS),
    page("account/factor/again", factors.reauthenticate, name="mfa_reauthenticate", may=FIRST_STEPS),
    page("account/factor/totp", totp.activate_totp, name="mfa_activate_totp", may=FIRST_STEPS),
    page("account/factor/totp/off", totp.deactivate_totp, name="mfa_deactivate_totp", may=SIGNED_IN),
    page("account/factor/passkeys", passkeys.list_webauthn, name="mfa_list_webauthn", may=FIRST_STEPS),
    page("account/factor/passkeys/new", passkeys.add_webauthn, name="mfa_add_webauthn", may=FIRST_STEPS),
    page("account/factor/passkeys/again", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn",
         may=FIRST_STEPS),
    page("account/factor/passkeys/<int:pk>", passkeys.edit_webauthn, name="mfa_edit_webauthn", may=SIGNED_IN),
    page("account/factor/passkeys/<int:pk>/off", passkeys.remove_webauthn, name="mfa_remove_webauthn", may=SIGNED_IN),
]  # fmt: skip

account_patterns = [
    page("account", views.own, name="own", may=SIGNED_IN),
    page("account/password", views.password, name="password", may=FIRST_STEPS),
    page("accounts", views.accounts, name="list", may="accounts.see"),
    page("accounts/new", views.new_account, name="new", may="accounts.create"),
    page("accounts/lockouts", views.locked_out, name="lockouts", may="accounts.unlock"),
    page("accounts/<int:account_id>", views.account, name="one", may="accounts.see"),
    page("accounts/<int:account_id>/password", views.new_password, name="new-password", may="accounts.create"),
    page("accounts/<int:account_id>/person", views.declare, name="declare", may="accounts.create"),
    page("accounts/<int:account_id>/close", views.close, name="close", may="accounts.create"),
    page("accounts/<int:account_id>/grant", views.give, name="grant", may="accounts.grant"),
    page("accounts/<int:account_id>/lock", views.lock, name="lock", may="accounts.unlock"),
    page("accounts/<int:account_id>/unlock", views.unlock, name="unlock", may="accounts.unlock"),
    page("accounts/<int:account_id>/reset-factor", views.reset_factor, name="reset-factor", may="accounts.unlock"),
    page("accounts/grants/<int:grant_id>/end", views.end, name="end", may="accounts.grant"),
]

urlpatterns = [*signing_in_patterns, path("", include((account_patterns, "accounts")))]
