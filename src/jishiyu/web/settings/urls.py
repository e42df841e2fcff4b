"""Addresses of the settings."""

from jishiyu.web.gate import page
from jishiyu.web.settings import views, workdays

app_name = "settings"
urlpatterns = [
    page("settings", views.home, name="home", may="settings.see"),
    page("settings/change", views.change, name="change", may="settings.change"),
    page("settings/calendar", workdays.calendar, name="calendar", may="settings.change"),
    page("settings/outside", views.outside, name="outside", may="settings.change"),
    page("settings/test-notice", views.test_notice, name="test-notice", may="settings.change"),
]
