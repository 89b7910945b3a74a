"""What is measured: areas, volumes, scans, history."""
