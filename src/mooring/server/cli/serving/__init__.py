"""What `mooring serve` is made of: sockets, workers, and who watches over them."""
