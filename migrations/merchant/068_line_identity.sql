-- The day of a line leads the hash that knows it again, instead of a column of the key: one comparison finds a line instead of three, and a file of a million lines is
-- written with its key in place while it is read. The lines of a day still stand together.
alter table settlement_line
  drop constraint line_known,
  alter column hash type uuid using (lpad(to_hex((day - date '1970-01-01') & 65535), 4, '0') || substr(replace(hash::text, '-', ''), 5))::uuid,
  add constraint line_known unique (hash, account_id, occurrence);
