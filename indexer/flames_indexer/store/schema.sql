-- One database per repository (git common directory, or folder without git), in
--     <cache>/<name>-<hash of the common directory>/v<version>.sqlite     mode 0700
-- beside one lock file per worktree. A new version starts a new file; nothing is migrated.
--
-- contents   what depends on the bytes of one file only, shared by all branches and worktrees:
--            facts, sketches, vectors, manifests. `key` is a digest of (kind, version of what made
--            it, content digest); `day` is the day (since 1970) it was last part of a generation.
-- worktrees  one row per checkout: its current generation (number, time, how many files, the
--            checksum of all file rows, the skips, what it was built with).
-- files      the generation's manifest: one row per file: content digest, stat key, role, counts.
-- edges      the generation's edges: one packed block per source file, with its symbols' names.
-- reads      beside each block of edges, what resolving it looked at: read by builds only.
--
-- Every `sealed` value is 8 bytes of blake2b(name of the row, payload), then the payload, so a
-- flipped byte, a swapped row or a row from elsewhere does not open. A file row holds the checksum
-- of its edges, and a worktree row the checksum of its file rows, so a lost or outdated row is
-- noticed too. What does not open is made again. Nothing is pickled.
--
-- `contents` is written in batches while a build runs, and means nothing until a generation names
-- it. A generation is one transaction over the other four tables: killed at any moment, a build
-- leaves the old generation in force. WAL; on network file systems journal_mode TRUNCATE.
-- Content unused for 14 days is deleted.

CREATE TABLE IF NOT EXISTS contents (key BLOB PRIMARY KEY, sealed BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS uses (key BLOB PRIMARY KEY, day INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS worktrees (id INTEGER PRIMARY KEY, root TEXT NOT NULL UNIQUE, sealed BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS files (worktree INTEGER, path TEXT, sealed BLOB NOT NULL, PRIMARY KEY (worktree, path)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS edges (worktree INTEGER, path TEXT, sealed BLOB NOT NULL, PRIMARY KEY (worktree, path));
CREATE TABLE IF NOT EXISTS reads (worktree INTEGER, path TEXT, sealed BLOB NOT NULL, PRIMARY KEY (worktree, path));
