"""How a license and a device come together: seats, recognition, sequences, certificates."""
