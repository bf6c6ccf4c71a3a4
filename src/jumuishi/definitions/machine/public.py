"""The machine's part of this room's face: the function, and (in machine.types) what goes in and comes out."""

from jumuishi.definitions.forms.data import answers_from_data as answers_from_data
from jumuishi.definitions.machine.acts import any_place as any_place
from jumuishi.definitions.machine.clock import next_elapses as next_elapses
from jumuishi.definitions.machine.clock import recompute as recompute
from jumuishi.definitions.machine.clock import span_of as span_of
from jumuishi.definitions.machine.enter import barred as barred
from jumuishi.definitions.machine.life import earlier_errors as earlier_errors
from jumuishi.definitions.machine.life import followed as followed
from jumuishi.definitions.machine.life import purposes_of as purposes_of
from jumuishi.definitions.machine.step import step as step
