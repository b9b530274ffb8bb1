import { createRequire } from "node:module";
import { type Command, Option } from "commander";
import { VERIFY_LEVELS } from "../../../backup/format/verify-level";
import { type CommonOptions, common } from "../../project/common-options";
import type * as adoptModule from "./adopt";
import type * as listModule from "./list";
import type * as pruneModule from "./prune";
import type * as showModule from "./show";
import type * as transferModule from "./transfer";
import type * as verifyModule from "./verify";

// What a command needs is loaded when it runs, see cli/main.ts.
const load = createRequire(__filename);

/** Adds `rollback backups` and what it can do with one backup. */
export function addBackups(root: Command): void {
  const backups = common(root.command("backups"))
    .description("list the complete backups, newest first; or look at, verify, adopt, remove some")
    .action(async (options: CommonOptions) => {
      const { listBackups } = load("./list") as typeof listModule;
      await listBackups(options);
    });
  addShow(backups);
  addVerify(backups);
  addAdopt(backups);
  addTransfer(backups);
  addPrune(backups);
}

function addShow(backups: Command): void {
  common(backups.command("show"))
    .argument("<id>", "the backup")
    .description("say everything about one backup")
    .action(async (id: string, _own: CommonOptions, command: Command) => {
      const { showBackup } = load("./show") as typeof showModule;
      await showBackup(id, command.optsWithGlobals());
    });
}

function addVerify(backups: Command): void {
  const level = new Option("--level <level>", "how far: checksums, every entry, a restored volume");
  common(backups.command("verify"))
    .argument("<id>", "the backup")
    .addOption(level.choices([...VERIFY_LEVELS]).default("files"))
    .description("prove that a backup can be relied on, and note the result in it")
    .action(async (id: string, _own: CommonOptions, command: Command) => {
      const { verify } = load("./verify") as typeof verifyModule;
      await verify(id, command.optsWithGlobals());
    });
}

function addAdopt(backups: Command): void {
  common(backups.command("adopt"))
    .argument("<folder>", "where postgres-backup-YYYYMMDD.tar.gz and the others are")
    .description("make a backup of the archives that the document's own commands wrote")
    .action(async (folder: string, _own: CommonOptions, command: Command) => {
      const { adopt } = load("./adopt") as typeof adoptModule;
      await adopt(folder, command.optsWithGlobals());
    });
}

function addTransfer(backups: Command): void {
  common(backups.command("export"))
    .argument("<id>", "the backup")
    .argument("<file>", "where to write it")
    .option("--recipient <age1...>", "encrypt it for this age recipient; may be repeated", collect)
    .description("write a whole backup, secrets included, to one file for another place")
    .action(async (id: string, file: string, _own: CommonOptions, command: Command) => {
      const { exportOne } = load("./transfer") as typeof transferModule;
      await exportOne(id, file, command.optsWithGlobals());
    });
  common(backups.command("import"))
    .argument("<file>", "what export wrote")
    .option("--identity <file>", "the age identity that opens it")
    .description("bring an exported backup back, if every archive in it has its checksum")
    .action(async (file: string, _own: CommonOptions, command: Command) => {
      const { importOne } = load("./transfer") as typeof transferModule;
      await importOne(file, command.optsWithGlobals());
    });
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function addPrune(backups: Command): void {
  common(backups.command("prune"))
    .requiredOption("--keep <number>", "how many automatic ones of each topology stay")
    .option("--yes", "remove them; without it nothing is removed, only shown")
    .description(
      "remove old automatic backups and safety snapshots; never one that you made or adopted, the newest verified one of a topology, or one that a change needs",
    )
    .action(async (_own: CommonOptions, command: Command) => {
      const { pruneBackups } = load("./prune") as typeof pruneModule;
      await pruneBackups(command.optsWithGlobals());
    });
}
