"""Files that are fetched from elsewhere, by HTTP: only from hosts and addresses that the site allows."""
