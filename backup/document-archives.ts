import { readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, type Problem } from "../plan/problem";
import type { ApplicationNames } from "../plan/application/application";
import type { Store } from "../plan/application/topology";
import type { Session } from "../host/docker/session";

/** Where the session that reads the archives has their folder, and the volume that one of them is unpacked to. */
export const ARCHIVES = "/archives";
export const UNPACKED = "/unpacked";

/** Proves and unpacks such an archive. */
export const ARCHIVE_COMMANDS = readFileSync(join(__dirname, "document-archives.sh"), "utf8");

const NAME = /^([a-z-]+)-backup-(\d{4})(\d{2})(\d{2})\.tar\.gz$/;

/** An archive of a volume that the document's own commands wrote. */
export interface DocumentArchive {
  /** Relative to the folder. */
  readonly file: string;
  readonly volume: Store;
  /** As in the document's names: YYYYMMDD. */
  readonly date: string;
}

/** The document's archives among files of these names. */
export function archivesAmong(
  { archives, stores }: ApplicationNames,
  names: readonly string[],
): readonly DocumentArchive[] {
  return [...names].sort().flatMap((file) => {
    const [, what = "", year, month, day] = NAME.exec(file) ?? [];
    const volume = stores.find(({ name }) => name === archives[what]);
    return volume === undefined ? [] : [{ file, volume, date: `${year}${month}${day}` }];
  });
}

/** How the document names them, for a person. */
export function archiveNames({ archives }: ApplicationNames): readonly string[] {
  return Object.keys(archives).map((what) => `${what}-backup-YYYYMMDD.tar.gz`);
}

/** What of the folder as a whole is in the way. */
export function folderProblems(
  application: ApplicationNames,
  folder: string,
  found: readonly DocumentArchive[],
): Problem[] {
  const subject = `folder "${folder}"`;
  const dates = [...new Set(found.map(({ date }) => date))];
  if (found.length === 0) {
    const advice = archiveNames(application);
    return [{ subject, what: "there is no backup of the document in it", advice }];
  }
  if (dates.length > 1) {
    const what = `its files are of ${dates.length} dates: ${dates.join(", ")}`;
    const advice = ["they do not belong together: give those of one date a folder of their own"];
    return [{ subject, what, advice }];
  }
  return dates
    .filter((date) => dayOf(date) === null)
    .map((date) => ({
      subject,
      what: `"${date}" is no date`,
      advice: ["files are named <what>-backup-YYYYMMDD.tar.gz"],
    }));
}

/** The beginning of that day, ISO 8601; null where there is no such day. */
export function dayOf(date: string): string | null {
  const text = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T00:00:00.000Z`;
  const day = new Date(text);
  return !Number.isNaN(day.getTime()) && day.toISOString() === text ? text : null;
}

/** Reads a file to its end: what is damaged, holds nothing, or something else than the folder `data`. */
export async function archiveProblems(
  session: Session,
  { file }: DocumentArchive,
): Promise<Problem[]> {
  const subject = `file "${file}"`;
  try {
    const [entries, other = ""] = (await session.run("prove", file)).split("\n");
    if (Number(entries) === 0) {
      return [{ subject, what: "there is nothing in it", advice: ["was the volume empty?"] }];
    }
    if (other === "") return [];
    const advice = [`found "${other}"; the document archives the folder /data, and nothing else`];
    return [{ subject, what: "it holds something else than data/", advice }];
  } catch (error) {
    const said = messageOf(error);
    return [{ subject, what: "it is damaged", advice: said.split("\n") }];
  }
}
