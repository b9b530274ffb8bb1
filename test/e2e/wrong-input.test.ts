import assert from "node:assert/strict";
import { open } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { rollback } from "../../demo/processes";
import { commitCompose } from "../support/commit-compose";
import { assertRefused, type Refusal } from "../support/refusal";
import { Scene } from "../support/scene";
import { type Snapshot, takeSnapshot } from "../support/snapshot";

interface WrongInput {
  readonly name: string;
  /** Makes it wrong; returns what the stack's file says then, and how to make it right again. */
  readonly arrange: (scene: Scene, backup: string) => Promise<Arranged>;
  /** What cannot be done because of it; a rollback where nothing else is said. */
  readonly attempt?: string;
  readonly refusal: (scene: Scene, backup: string, settings: Settings) => Refusal["lines"];
}

type Settings = Readonly<Record<string, unknown>>;

interface Arranged {
  readonly settings: Settings;
  readonly undo?: () => Promise<void>;
}

const ROLL_BACK = 'roll back to "pre-simplification"';
/** Where somebody else listens. */
let foreignPort = 0;
const ARCHIVE = "volumes/admin_postgres_data.tar.zst";

const wrongInputs: readonly WrongInput[] = [
  {
    name: "an unknown tag",
    arrange: () => configured({ preRef: "no-such-tag" }),
    refusal: ({ workspace }) => [
      'config "preRef": "no-such-tag" is not a commit, tag or branch of the repository',
      `tags found: ${workspace.application.tag}`,
      "set it with: pulumi config set preRef <tag or commit>",
    ],
  },
  {
    name: "a backup that does not exist",
    arrange: () => configured({ backup: "nope" }),
    refusal: (_scene, backup) => [
      'config "backup": there is no complete backup "nope"',
      `found ${backup}, change-2 (rollback backups)`,
      "set another or none: pulumi config rm backup",
    ],
  },
  {
    name: "an unknown configuration key",
    arrange: () => configured({ preReff: "main" }),
    attempt: "read the configuration",
    refusal: () => [
      'config "preReff": is not a key that this program knows',
      "known are: application, repository, stateDirectory, compose, images, preRef, simplifiedRef",
    ],
  },
  {
    name: "stacks that do not mean the same host",
    arrange: ({ workspace }) => configured({ stateDirectory: `${workspace.folder}/other` }),
    attempt: "read the configuration",
    refusal: ({ workspace }) => [
      'config "stateDirectory": differs between the two stacks, and both describe one host',
      `found "${workspace.folder}/other" for pre-simplification, "${workspace.stateDirectory}" for simplified`,
      "give both the same value",
    ],
  },
  {
    name: "a container of somebody else's under a name that is needed",
    arrange: async (scene) => {
      const name = `${scene.workspace.namePrefix}admin-redis`;
      const { docker } = scene.docker;
      const Image = scene.context.helperImage;
      const stranger = await docker.createContainer({ name, Image, Cmd: ["true"] });
      return { settings: {}, undo: () => stranger.remove({ force: true }) };
    },
    refusal: ({ workspace }) => [
      `container "${workspace.namePrefix}admin-redis" (admin-redis): is there already, and does not belong to this application`,
      "rename or remove it",
      "or give the service another container_name",
    ],
  },
  {
    name: "a port that somebody else listens on",
    arrange: async (scene) => {
      const server = await listening();
      const address = server.address();
      assert.ok(address !== null && typeof address === "object");
      foreignPort = address.port;
      const preRef = await earlierWith(scene, ["${HTTP_PORT:-80}:", `${foreignPort}:`]);
      return { settings: { preRef }, undo: () => closed(server) };
    },
    refusal: () => [
      `port ${foreignPort} (traefik): is in use by something that does not belong to this application`,
      "stop it",
      "or publish another one: in the Compose file, or the variable of .env that it takes",
    ],
  },
  {
    name: "a Compose file that Compose refuses",
    arrange: async (scene) => ({
      settings: {
        preRef: await earlierWith(scene, ["networks: [backend, platform]", "networks: [gone]"]),
      },
    }),
    attempt: "read the application's Compose files",
    refusal: () => [
      "docker-compose.yml: Compose refuses it",
      'service "mvp-platform-vehicles-api" refers to undefined network gone: invalid compose project',
    ],
  },
  {
    name: "a field of the Compose file that is not applied",
    arrange: async (scene) => ({
      settings: {
        preRef: await earlierWith(scene, [
          '    expose: ["3001"]\n',
          '    expose: ["3001"]\n    pids_limit: 100\n',
        ]),
      },
    }),
    attempt: "read the application's Compose files",
    refusal: () => [
      "services.admin-backend.pids_limit: is a field of Compose that this program does not apply",
      "take it out of the Compose file: what is in it has to take effect",
    ],
  },
  {
    name: "a ref of the other side",
    arrange: () => configured({ preRef: "main" }),
    refusal: ({ workspace }) => [
      `commit ${workspace.application.simplifiedCommit.slice(0, 12)}: is not of "pre-simplification": its Compose file has the edge "mvp-traefik", not "traefik"`,
      "name a commit of that side: pulumi config set preRef <tag or commit>",
    ],
  },
  {
    name: "an archive with one flipped byte",
    arrange: async (scene, backup) => {
      const file = join(scene.workspace.stateDirectory, "backups", backup, ARCHIVE);
      await flipByte(file);
      return { settings: { backup }, undo: () => flipByte(file) };
    },
    refusal: (_scene, backup) => [
      `backup "${backup}": ${ARCHIVE} does not match its checksum`,
      "found ",
    ],
  },
];

/** A commit of the earlier side with another text in its Compose file. */
async function earlierWith(
  scene: Scene,
  replacement: readonly [text: string, by: string],
): Promise<string> {
  return commitCompose(scene, scene.workspace.application.tag, [replacement]);
}

const rollbackCommands = [
  ["backup", "back up"],
  ["backups", "list backups"],
  ["status", "tell the state"],
  ["abort", "abort the open change"],
] as const;

describe("wrong input is refused with one clear message, and nothing is touched:", function () {
  this.timeout("15m");
  let scene: Scene;
  let backup: string;
  let untouched: Snapshot;

  before(async () => {
    scene = await Scene.open();
    await scene.up("pre-simplification");
    await scene.write(1);
    backup = await scene.backUp();
    await scene.up("simplified");
    await scene.write(1);
    untouched = await takeSnapshot(scene);
  });
  after(async () => {
    await scene.close();
  });

  for (const { name, arrange, attempt = ROLL_BACK, refusal } of wrongInputs) {
    it(name, async () => {
      const { settings, undo } = await arrange(scene, backup);
      try {
        await scene.configure("pre-simplification", settings);
        const lines = refusal(scene, backup, settings);
        assertRefused(await scene.tryUp("pre-simplification"), { attempt, lines });
      } finally {
        await undo?.();
        await scene.configure("pre-simplification", {});
      }
      assert.deepEqual(await takeSnapshot(scene), untouched);
    });
  }

  it("a Docker that does not answer, for rollback", async () => {
    const variables = { ...scene.workspace.variables, DOCKER_HOST: "unix:///nonexistent" };
    for (const [command, attempt] of rollbackCommands) {
      assertRefused(await rollback({ ...scene.workspace, variables }, [command]), {
        attempt,
        lines: [
          "Docker: does not answer at unix:///nonexistent",
          "found: connect ENOENT /nonexistent",
          "start it (systemctl start docker), or set DOCKER_HOST, and try again",
        ],
      });
    }
    assert.deepEqual(await takeSnapshot(scene), untouched);
  });

  // The last one: there is no way to make it right again.
  it("a volume of the live side that is gone", async () => {
    const { docker } = scene.docker;
    const { namePrefix } = scene.workspace;
    await docker.getContainer(`${namePrefix}mvp-redis`).remove({ force: true });
    await docker.getVolume(`${namePrefix}mvp_redis_data`).remove();
    const before = await takeSnapshot(scene);
    assertRefused(await scene.tryUp("simplified"), {
      attempt: 'update "simplified"',
      lines: [
        'volume "mvp_redis_data": the live stack uses it, but it is not on this host',
        "restore it (restore: <backup>, or backup: <backup> on a switch; rollback backups lists them)",
        'or say that it may be empty (allowEmpty: ["mvp_redis_data"])',
      ],
    });
    assert.deepEqual(await takeSnapshot(scene), before);
  });
});

function configured(settings: Settings): Promise<Arranged> {
  return Promise.resolve({ settings });
}

async function flipByte(file: string): Promise<void> {
  const handle = await open(file, "r+");
  try {
    const at = Math.floor((await handle.stat()).size / 2);
    const byte = Buffer.alloc(1);
    await handle.read(byte, 0, 1, at);
    await handle.write(Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, at);
  } finally {
    await handle.close();
  }
}

async function listening(): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "0.0.0.0", () => {
      resolve(server);
    });
  });
}

async function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
