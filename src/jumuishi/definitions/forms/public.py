"""The forms' part of this room's face: what is asked, what is wrong, what it costs."""

from jumuishi.definitions.forms.form import charges as charges
from jumuishi.definitions.forms.form import form_of as form_of
from jumuishi.definitions.forms.form import missing as missing
from jumuishi.definitions.forms.form import read_fields as read_fields
from jumuishi.definitions.forms.form import read_page as read_page
