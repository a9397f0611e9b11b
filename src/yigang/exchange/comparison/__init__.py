"""Registers for data comparison as a kind of import: hundreds of thousands of rows of people, from any office's table."""
