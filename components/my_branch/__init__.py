"""What a branch's own staff see."""
