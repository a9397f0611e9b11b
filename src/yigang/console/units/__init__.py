"""Units judged by a card of points: who is on the list and bound to it, points of a period, rankings, who gets and pays."""
