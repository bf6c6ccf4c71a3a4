"""Made-up cases in bulk, for rehearsals and measurements: real ones are played through the engine, then copied.

Only an installation that holds a demonstration takes them.
"""
