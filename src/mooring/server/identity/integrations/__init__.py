"""Others whom identity asks: providers where people have accounts already."""
