"""How product keys come into the world: minted here, or imported from elsewhere."""
