"""The design system that all pages share: tokens, components, the frame of a page."""
