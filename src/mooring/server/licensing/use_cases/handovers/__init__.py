"""What accounts do with offers of licenses: offer, accept, decline, take back; look over what is open."""
