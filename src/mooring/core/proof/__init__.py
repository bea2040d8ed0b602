"""The device proof: a request signed by the key of the installation that sends it (DPoP, RFC 9449)."""
