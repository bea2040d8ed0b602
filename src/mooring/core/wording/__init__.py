"""Wording: everything that Mooring says to a person, in one place and ready for other languages.

Import what is needed from its module: ``catalogue`` (languages), ``sentences`` (the activation state),
``reasons`` (why something was refused, and the next step), ``advice``.
"""
