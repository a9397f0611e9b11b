"""What post holders were given (insurance, gear, uniforms, checks, leave) as one table, a row for each person and thing."""
