"""The practitioner's agenda as it is laid out: `axis` and `layout` are pure, `reading` asks the database, `periods` are the views."""
