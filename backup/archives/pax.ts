/** Keyword to value, both as bytes in binary strings. */
export type PaxRecords = ReadonlyMap<string, string>;

export const NO_RECORDS: PaxRecords = new Map();

const MALFORMED = "the tar stream is damaged: an extended header is malformed";

/** Reads an extended header's records, each `<length> <keyword>=<value>\n`, where the length counts the whole record. */
export function readPax(bytes: Buffer): Map<string, string> {
  const text = bytes.toString("latin1");
  const records = new Map<string, string>();
  let start = 0;
  while (start < text.length) {
    const space = text.indexOf(" ", start);
    const equals = text.indexOf("=", space);
    const length = space < 0 ? "" : text.slice(start, space);
    const end = start + Number(length);
    if (!/^[0-9]+$/.test(length) || equals < 0 || equals >= end || text[end - 1] !== "\n") {
      throw new Error(MALFORMED);
    }
    records.set(text.slice(space + 1, equals), text.slice(equals + 1, end - 1));
    start = end;
  }
  return records;
}

/** A record that is there and, as POSIX has it, not empty (which takes a global one back). */
export function recordOf(records: PaxRecords, keyword: string): string | undefined {
  const value = records.get(keyword);
  return value === "" ? undefined : value;
}

/** A record that is a whole number, for example a size of any length. */
export function numberOf(records: PaxRecords, keyword: string): number | undefined {
  const value = recordOf(records, keyword);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!/^[0-9]+$/.test(value) || !Number.isSafeInteger(number)) throw new Error(MALFORMED);
  return number;
}

const XATTR = "SCHILY.xattr.";
const ACL = "SCHILY.acl.";
const KERNEL_ACL = "system.posix_acl_";
const NO_XATTRS: Readonly<Record<string, string>> = {};

/** Extended attributes and access control lists, name to base64, sorted by name. */
export function xattrsOf(records: PaxRecords): Readonly<Record<string, string>> {
  const found: [string, string][] = [];
  for (const [keyword, value] of records) {
    const name = xattrName(keyword);
    if (name !== null && !isSecondAcl(name, records))
      found.push([name, Buffer.from(value, "latin1").toString("base64")]);
  }
  if (found.length === 0) return NO_XATTRS;
  found.sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(found);
}

function xattrName(keyword: string): string | null {
  if (keyword.startsWith(XATTR)) {
    // A keyword cannot hold "=", so GNU tar escapes it, and the escape sign.
    const name = keyword.slice(XATTR.length).replaceAll("%3D", "=");
    return name.replaceAll("%25", "%");
  }
  return keyword.startsWith(ACL) ? keyword.slice("SCHILY.".length) : null;
}

/** Some versions of GNU tar also write a list as the kernel's attribute that holds it; which ones must make no difference. */
function isSecondAcl(name: string, records: PaxRecords): boolean {
  return name.startsWith(KERNEL_ACL) && records.has(`${ACL}${name.slice(KERNEL_ACL.length)}`);
}
