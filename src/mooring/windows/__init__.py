"""How Windows itself is activated: read, changed nowhere, and told in plain words.

Windows' license is none of ours, so this room knows nothing of product keys, certificates and servers of
Mooring. ``adapters`` ask Windows, ``domain`` makes three answers of what it said, ``wording`` says them.
Nothing here is imported by ``import mooring``.
"""
