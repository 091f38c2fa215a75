"""What a new version of a schema breaks for those who rely on the old one."""
