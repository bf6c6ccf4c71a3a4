"""The sign-in pages' addresses."""

from django.urls import path

from jumuishi.identity.web import citizen, clients, office, password, security, sessions, work

app_name = "identity"
urlpatterns = [
    path("ingia/", citizen.sign_in, name="sign_in"),
    path("ingia/msimbo/", citizen.code, name="code"),
    path("endelea/", citizen.resume, name="resume"),
    path("ingia/vikao/", sessions.mine, name="my_sessions"),
    path("toka/", citizen.sign_out, name="sign_out"),
    path("ofisi/ingia/", office.sign_in, name="office_sign_in"),
    path("ofisi/ingia/hatua-ya-pili/", office.second_factor, name="second_factor"),
    path("ofisi/ingia/ufunguo/changamoto/", office.passkey_challenge, name="passkey_challenge"),
    path("ofisi/ingia/ufunguo/", office.passkey, name="passkey"),
    path("ofisi/wadhifa/", office.posts, name="posts"),
    path("ofisi/karibu/<str:token>/", password.welcome, name="welcome"),
    path("ofisi/nywila/", password.forgotten, name="forgotten"),
    path("ofisi/nywila/<str:token>/", password.new_password, name="new_password"),
    path("ofisi/funguo-api/", clients.keys, name="api_keys"),
    path("ofisi/usalama/", security.overview, name="security"),
    path("ofisi/usalama/nywila/", password.change, name="change_password"),
    path("ofisi/usalama/vikao/", sessions.officers, name="sessions"),
    path("ofisi/usalama/mfumo/", work.token, name="work_token"),
    path("ofisi/usalama/ongeza/", security.add, name="add_factor"),
    path("ofisi/usalama/ufunguo/changamoto/", security.passkey_options, name="passkey_options"),
    path("ofisi/usalama/ufunguo/", security.passkey_add, name="passkey_add"),
    path("ofisi/usalama/simu/", security.phone, name="own_phone"),
    path("ofisi/usalama/simu/msimbo/", security.phone_code, name="own_phone_code"),
    path("ofisi/usalama/misimbo/", security.recovery_codes, name="recovery_codes"),
    path("ofisi/usalama/misimbo/mipya/", security.renew_recovery_codes, name="renew_recovery_codes"),
]
