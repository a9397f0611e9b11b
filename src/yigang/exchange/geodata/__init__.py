"""Areas, key points and routes as other programs write them: GeoJSON, KML, a shapefile in a zip."""
