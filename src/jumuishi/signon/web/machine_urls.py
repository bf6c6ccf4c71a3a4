"""Addresses that programs know: once, in no language."""

from django.urls import path

from jumuishi.signon.web import authorize, logout, machines, national

urlpatterns = [
    path(".well-known/openid-configuration", machines.configuration),
    path("oidc/jwks", machines.jwks),
    path("oidc/authorize", authorize.authorize),
    path("oidc/token", machines.token),
    path("oidc/userinfo", machines.userinfo),
    path("oidc/revoke", machines.revoke),
    path("oidc/logout", logout.end_session),
    path("oidc/national/logout", national.logout),
]
