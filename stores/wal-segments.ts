export interface WalRange {
  /** Text of the backup label. */
  readonly label: string;
  readonly lastSegment: string;
  readonly segmentBytes: number;
}

/**
 * Files of the write-ahead log that a base backup needs, of those that there are: every segment from its start to its end, and the
 * histories of timelines.
 *
 * @throws Error when one is missing.
 */
export function walSegments(names: readonly string[], range: WalRange): string[] {
  const { label, lastSegment, segmentBytes } = range;
  const firstSegment = /^START WAL LOCATION: \S+ \(file ([0-9A-F]{24})\)$/m.exec(label)?.[1];
  if (firstSegment === undefined) throw new Error("the backup label does not tell its start");
  const inRange = (name: string): boolean => name >= firstSegment && name <= lastSegment;
  const [histories, others] = [names.filter(isHistory), names.filter((name) => !isHistory(name))];
  const segments = others.filter(inRange).sort();
  const perFile = 2 ** 32 / segmentBytes;
  const wanted = numberOf(lastSegment, perFile) - numberOf(firstSegment, perFile) + 1;
  if (segments.length !== wanted || firstSegment.slice(0, 8) !== lastSegment.slice(0, 8)) {
    throw new Error(
      `the write-ahead log from ${firstSegment} to ${lastSegment} is not whole: ${segments.length} of ${wanted} segments`,
    );
  }
  return [...histories.sort(), ...segments];
}

function isHistory(name: string): boolean {
  return name.endsWith(".history");
}

/** Timeline, file and segment in it are eight hexadecimal digits each. */
function numberOf(segment: string, perFile: number): number {
  return parseInt(segment.slice(8, 16), 16) * perFile + parseInt(segment.slice(16), 16);
}
