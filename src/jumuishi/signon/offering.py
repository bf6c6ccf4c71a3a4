"""What this room adds to the sign-in's own pages."""

from jumuishi.identity.public import beside_sessions, beside_sign_in
from jumuishi.signon.national import options

beside_sessions("signon.mine", citizen="/ingia/mifumo/", officer="/ofisi/usalama/mifumo/")
beside_sign_in(
    "signon.national_way", citizen="/ingia/taifa/", officer="/ofisi/ingia/taifa/",
    shown=lambda: options.current() is not None,
)  # fmt: skip
