import { createBackup } from "../../backup/create";
import type { GovernedVolume } from "../../plan/application/topology";
import type { DataHost } from "./data-host";

/** Every kind of entry that a volume can have. */
export const ODD_FILES = `
cd /volume
echo plain > plain; ln plain hard-link; ln -s plain symlink; ln -s /nowhere dangling
mkdir -p empty/below "with space" "$(printf 'new\\nline')"
echo 1 > "with space/a b"; echo 2 > "$(printf 'new\\nline/x\\ty')"; printf 3 > "$(printf 'not-utf8-\\xff')"
echo 4 > -dash; echo 5 > '*'; echo 6 > .hidden
truncate -s 50M sparse; printf end >> sparse
mkfifo fifo
echo 7 > attributes; setfattr -n user.note -v "a value" attributes
echo 8 > acl; setfacl -m u:1234:rw acl; setfacl -d -m g:4321:rx empty
echo 9 > owned; chown 1001:1002 owned; chmod 4751 owned
mkdir closed; chmod 000 closed; setfattr -n user.kept -v "of a folder" closed
touch -d '2001-02-03 04:05:06.789012345' plain
touch -d '2002-02-03 04:05:06.5' empty
chown 999:998 .; chmod 1750 .
`;

/** Makes a volume of those differ in every way: content, type, links, attributes, owner, mode, what is missing and what is extra. */
export const DISTURB = `
cd /volume
echo other > plain; rm hard-link; mkdir hard-link; echo inner > hard-link/inner
rm -rf symlink "with space" empty; rm fifo; ln plain fifo
setfattr -x user.note attributes; setfattr -n user.more -v x attributes; setfattr -n user.more -v x closed
setfacl -b acl; setfacl -d -m u:7:r .; chmod 700 closed
mkdir -p extra/deep; echo extra > extra/deep/file; echo z > -z; echo q > "$(printf 'q\\nq\\xff')"
chown 0:0 . owned; chmod 777 .
`;

/** Everything that a restore has to bring back, one record per entry. */
export const FINGERPRINT = `
cd /volume
find . -printf '%P|%y|%m|%U:%G|%T@|%l|%n\\n' | sort
find . -type f -print0 | sort -z | xargs -0 --no-run-if-empty sha256sum
getfattr --recursive --no-dereference --dump --match=- . | sort
getfacl --recursive --numeric . | sort
`;

/** When anything of a volume was written last, and where. */
export const NEWEST_CHANGE = "find /volume -printf '%C@ %i %P\\n' | sort -n | tail -n 1";

/** A backup of volumes that nobody writes. */
export async function backUp(
  host: DataHost,
  id: string,
  ...volumes: readonly GovernedVolume[]
): Promise<void> {
  const topology = { project: "a-test", services: [], networks: [], externalNetworks: [], volumes };
  const side = { stack: "pre-simplification", afterChange: 1, commit: "c0ffee" } as const;
  const kind = "preExecution";
  const request = { id, kind, ...side, volumes, topology, untracked: "" } as const;
  await createBackup(host.context, request);
}
