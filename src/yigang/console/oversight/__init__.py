"""Inspections: the week's draw, visits and sheets, points to be put right, interviews, recalls, consequences."""
