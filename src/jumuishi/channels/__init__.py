"""Door frames: the design system and page frame, the API frame. Knows no room by name."""
