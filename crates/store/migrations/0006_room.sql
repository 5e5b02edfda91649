-- A verification's row changes four or five times: with room for two more of it on each page, its indexes do not.

{move}ALTER TABLE verification SET (fillfactor = 50);
