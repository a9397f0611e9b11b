"""Pages of the console: notices, objections and complaints."""
