"""Sound definitions of varied shape, made by chance; sound by construction, whatever the checker says."""
