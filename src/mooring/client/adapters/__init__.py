"""What stands between the use cases and this computer: its disk, network, hardware and clock."""
