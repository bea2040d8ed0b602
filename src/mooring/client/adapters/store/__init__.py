"""Where an installation keeps its certificate: a folder that survives crashes, or memory."""
