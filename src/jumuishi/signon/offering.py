"""What this room adds to the sign-in's own pages."""

from jumuishi.identity.public import beside_sessions

beside_sessions("signon.mine", citizen="/ingia/mifumo/", officer="/ofisi/usalama/mifumo/")
