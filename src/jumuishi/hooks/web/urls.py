"""The pages' addresses."""

from django.urls import path

from jumuishi.hooks.web import pages

app_name = "hooks"
urlpatterns = [
    path("ofisi/taarifa-api/", pages.office),
    path("ofisi/taarifa-api/<uuid:hook_id>/", pages.office_hook),
    path("mimi/programu/", pages.mine),
    path("mimi/programu/<uuid:hook_id>/", pages.my_hook),
]
