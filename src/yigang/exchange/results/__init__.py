"""Results of the year (年度考核结果) as one table, a row for each person and year."""
