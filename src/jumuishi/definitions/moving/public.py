"""The face of moving cases between editions."""

from jumuishi.definitions.moving.carry import carry as carry
from jumuishi.definitions.moving.judge import judge as judge
from jumuishi.definitions.moving.wording import reworded_fields as reworded_fields
