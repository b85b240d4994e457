-- Whose a file is that was sent: usr_3, or the key key_2. Empty: sent before this was kept.
ALTER TABLE upload ADD COLUMN owner TEXT NOT NULL DEFAULT '';
