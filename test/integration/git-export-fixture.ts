import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { assembleCommit } from "./assemble-commit";
import { statePath } from "../../host/state-directory";
import { saveUntracked } from "../../host/untracked/save-untracked";
import type { Release } from "../../plan/model/wanted";
import { GitFixture, PROTECTED } from "./git-fixture";

export const UNTRACKED = [".env", "secrets/app/", "config/app"];

/** A repository with what an image is built from and what containers mount, tracked and not. */
export class ExportFixture extends GitFixture {
  constructor() {
    super();
    this.write("backend/Dockerfile", "FROM scratch\n");
    this.write("backend/bin/run me.sh", "#!/bin/sh\n", 0o755);
    this.write("backend/src/größe.bin", Buffer.from([0, 13, 10, 255]));
    symlinkSync("../Dockerfile", join(this.repository, "backend/src/link"));
    this.write("config/app/production.yml", "x: 1\r\n");
    this.write("config/app/start", "#!/bin/sh\n", 0o755);
    this.commit("first");
    this.write(".env", "AUTH0_ISSUER=x\n", 0o600);
    this.write("secrets/app/deep/postgres password.txt", "secret", 0o640);
    this.write("config/app/local.yml", "y: 2\n", 0o600);
  }

  /** What HEAD is assembled to, with the untracked files or without any. */
  async release(save = true): Promise<Release> {
    const id = save ? await saveUntracked(this.context, UNTRACKED) : "";
    return assembleCommit(this.context, {
      commit: "HEAD",
      untracked: id,
      contexts: ["backend", "backend/"],
      mounts: ["config/app", "secrets/app", ".env"],
      protectedPaths: PROTECTED,
    });
  }

  mountOf(assembled: Release, path: string): string {
    const id = assembled.mounts[path];
    assert.ok(id);
    return statePath.mount(this.context, id);
  }

  contextOf(assembled: Release): string {
    return statePath.buildContext(this.context, assembled.contexts.backend ?? "");
  }
}
