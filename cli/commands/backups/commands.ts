import { createRequire } from "node:module";
import { type Command, Option } from "commander";
import { VERIFY_LEVELS } from "../../../backup/format/verify-level";
import { type CommonOptions, common, example } from "../../project/common-options";
import type * as exportModule from "./export";
import type * as importModule from "./import";
import type * as listModule from "./list";
import type * as pruneModule from "./prune";
import type * as showModule from "./show";
import type * as verifyModule from "./verify";

// A command's modules are loaded when it runs, see cli/main.ts.
const load = createRequire(__filename);

/** Adds `rollback backups` and what it can do with one backup. */
export function addBackups(root: Command): void {
  const backups = common(root.command("backups"))
    .description(
      "list the complete backups, newest first; or show, verify, export, import or prune",
    )
    .action(async (options: CommonOptions) => {
      const { listBackups } = load("./list") as typeof listModule;
      await listBackups(options);
    });
  addShow(backups);
  addVerify(backups);
  addExport(backups);
  addImport(backups);
  addPrune(backups);
}

function addShow(backups: Command): void {
  common(backups.command("show"))
    .argument("<id>", "the backup")
    .description("show everything about one backup")
    .action(async (id: string, _own: CommonOptions, command: Command) => {
      const { showBackup } = load("./show") as typeof showModule;
      await showBackup(id, command.optsWithGlobals());
    });
}

function addVerify(backups: Command): void {
  const level = new Option(
    "--level <level>",
    "archive: checksums; files: every entry; restore: restored beside everything else and tried out",
  );
  common(backups.command("verify"))
    .argument("<id>", "the backup")
    .addOption(level.choices([...VERIFY_LEVELS]).default("files"))
    .description("prove that a backup can be relied on, and note the result in it")
    .addHelpText("after", example("rollback backups verify 20261123-021500 --level restore"))
    .action(async (id: string, _own: CommonOptions, command: Command) => {
      const { verify } = load("./verify") as typeof verifyModule;
      await verify(id, command.optsWithGlobals());
    });
}

function addExport(backups: Command): void {
  common(backups.command("export"))
    .argument("<id>", "the backup")
    .argument("<file>", "where to write it")
    .option("--recipient <age1...>", "encrypt it for this age recipient; may be repeated", collect)
    .description(
      "write a whole backup, secrets included, to one file that another place can import",
    )
    .addHelpText(
      "after",
      example("rollback backups export 20261123-021500 /mnt/usb/backup.age --recipient age1…"),
    )
    .action(async (id: string, file: string, _own: CommonOptions, command: Command) => {
      const { exportOne } = load("./export") as typeof exportModule;
      await exportOne(id, file, command.optsWithGlobals());
    });
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function addImport(backups: Command): void {
  common(backups.command("import"))
    .argument("<path>", "what export wrote; or a folder of the document's archives, or one of them")
    .option("--identity <file>", "the age identity that opens an encrypted export")
    .description(
      "import an exported backup, or the archives that the document's own commands wrote",
    )
    .addHelpText(
      "after",
      example(
        "rollback backups import /backup",
        "rollback backups import /backup/postgres-backup-20261101.tar.gz",
        "rollback backups import /mnt/usb/backup.age --identity /root/age.key",
      ),
    )
    .action(async (path: string, _own: CommonOptions, command: Command) => {
      const { importOne } = load("./import") as typeof importModule;
      await importOne(path, command.optsWithGlobals());
    });
}

function addPrune(backups: Command): void {
  common(backups.command("prune"))
    .requiredOption("--keep <number>", "how many automatic ones of each topology to keep")
    .option("--yes", "remove them; without it they are only shown")
    .description(
      "remove old automatic backups and safety snapshots; never one that you made or imported, the newest verified one of a topology, or one that a change needs",
    )
    .addHelpText("after", example("rollback backups prune --keep 5"))
    .action(async (_own: CommonOptions, command: Command) => {
      const { pruneBackups } = load("./prune") as typeof pruneModule;
      await pruneBackups(command.optsWithGlobals());
    });
}
