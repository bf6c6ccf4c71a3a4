"""The forms' part of this room's face: what is asked, what is wrong, what it costs."""

from jumuishi.definitions.forms_data import answers_from_data as answers_from_data
from jumuishi.definitions.forms_settle import check_fields as check_fields
from jumuishi.definitions.forms_settle import read_changes as read_changes
from jumuishi.definitions.forms_settle import settle as settle
from jumuishi.definitions.machine_money import fee_amounts as fee_amounts
from jumuishi.definitions.machine_run import scope_of as scope_of
from jumuishi.definitions.machine_run import split_answers as split_answers
