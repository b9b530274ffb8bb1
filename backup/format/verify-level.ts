/**
 * How far a backup was looked at: `archive` the checksum of every archive, `files` every entry of every archive, `restore` the
 * volumes that come out of them.
 */
export const VERIFY_LEVELS = ["archive", "files", "restore"] as const;
export type VerifyLevel = (typeof VERIFY_LEVELS)[number];
