"""Addresses of feeds."""

from jishiyu.web.feeds import views
from jishiyu.web.gate import Asks, page

app_name = "feeds"
urlpatterns = [
    page("feeds", views.feed_list, name="list", may="feeds.see"),
    page("feeds/upload", views.upload, name="upload", may="feeds.take"),
    page("feeds/files", views.files, name="files", may="feeds.see"),
    page("feeds/files/<int:job_id>", views.file, name="file", may="feeds.see"),
    page("feeds/files/<int:job_id>/progress", views.progress, name="progress", may="feeds.see", asks=Asks.A_PAGE),
    page("feeds/<int:feed_id>", views.feed, name="one", may="feeds.see"),
    page("feeds/<int:feed_id>/lines", views.lines, name="lines", may="feeds.see"),
    page("feeds/<int:feed_id>/problems", views.problems, name="problems", may="feeds.see"),
    page("feeds/<int:feed_id>/lines/<int:line_no>", views.line, name="line", may="feeds.see"),
    page("feeds/<int:feed_id>/lines/<int:line_no>/reveal", views.reveal_line, name="reveal", may="people.reveal"),
    page("feeds/<int:feed_id>/take-back", views.take_back, name="take-back", may="feeds.withdraw"),
]
