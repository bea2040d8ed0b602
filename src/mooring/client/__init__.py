"""The SDK: what a program and its user ask of the license on this computer."""
