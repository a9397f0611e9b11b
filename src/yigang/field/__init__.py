"""What post holders have in their hands: the phone app and the interface it speaks with (`/field/`)."""
