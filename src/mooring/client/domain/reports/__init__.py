"""Reports: what a look at one part of an installation found, for people and for `--json`."""
