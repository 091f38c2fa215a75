"""The record of Microsoft's Cluster Resource Type Wizard (1997 to 2003) as a schema."""
