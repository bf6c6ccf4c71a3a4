"""The machine's part of this room's face: the function, and (in machine_types) what goes in and comes out."""

from jumuishi.definitions.forms_data import answers_from_data as answers_from_data
from jumuishi.definitions.machine import step as step
from jumuishi.definitions.machine_acts import any_place as any_place
from jumuishi.definitions.machine_clock import next_elapses as next_elapses
from jumuishi.definitions.machine_clock import recompute as recompute
from jumuishi.definitions.machine_clock import span_of as span_of
