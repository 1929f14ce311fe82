"""All that services and gateway have in common: ids, codes, requests, views and events, one file per owner."""
