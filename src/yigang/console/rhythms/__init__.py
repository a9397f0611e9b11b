"""Pages of quarters and years: marks, closing, results, the reserve for village cadres."""
