/** By these this program knows what it has made. */
export const STACK_LABEL = "motovaultpro.stack";
export const SERVICE_LABEL = "motovaultpro.service";

/** By these Compose knows what is its project's. */
export const COMPOSE_LABELS = {
  project: "com.docker.compose.project",
  service: "com.docker.compose.service",
  oneOff: "com.docker.compose.oneoff",
  containerNumber: "com.docker.compose.container-number",
  configHash: "com.docker.compose.config-hash",
  workingDirectory: "com.docker.compose.project.working_dir",
  configFiles: "com.docker.compose.project.config_files",
} as const;
