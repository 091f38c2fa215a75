"""Settings of the schema tests."""

from hypothesis import settings

# A loaded machine is slow now and then, which says nothing about the code.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")
