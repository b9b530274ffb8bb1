export { writeBundle } from "./bundle";
export { changedPaths } from "./changed-paths";
export { commitRelease } from "./commit-release";
export { composeRelease } from "./compose";
export { exportRelease } from "./export-release";
export { markPreExecution } from "./mark-pre-execution";
export { observeGit } from "./observe";
export { moveWorkTree } from "./work-tree";
