"""The face of moving cases between editions."""

from jumuishi.definitions.moving.carry import carry as carry
from jumuishi.definitions.moving.judge import judge as judge
from jumuishi.definitions.moving.wording import asked_of as asked_of
from jumuishi.definitions.moving.wording import chosen_of as chosen_of
from jumuishi.definitions.moving.wording import differences as differences
from jumuishi.definitions.moving.wording import reworded_fields as reworded_fields
