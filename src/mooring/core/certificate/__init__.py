"""The certificate: what a device keeps as proof of its activation, and how it is made and judged."""
