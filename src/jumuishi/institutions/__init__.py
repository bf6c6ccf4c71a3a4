"""Places, institutions, units, roles, appointments, delegation, calendars of working days."""
