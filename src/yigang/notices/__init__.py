"""Public notices, objections and complaints: what is hung out for everybody, and what people answer."""
