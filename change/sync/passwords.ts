import type { Service } from "../../plan/application/topology";
import { dockerName, type HostContext } from "../../host/context";
import { execute, executeOrFail } from "../../host/docker/exec";

/** By the container's own address: on the loopback the image trusts everybody. */
const LOG_IN = `
PGPASSWORD=$(cat -- "$POSTGRES_PASSWORD_FILE")
export PGPASSWORD
exec psql --quiet --no-psqlrc --no-password --username="$POSTGRES_USER" --dbname="\${POSTGRES_DB:-$POSTGRES_USER}" \\
  --host="$(hostname -i | cut -d' ' -f1)" --command='SELECT 1'`;

/** The file's content reaches psql by its own backquotes, and so neither arguments nor the server's log. */
const SET_PASSWORD = `
exec psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="\${POSTGRES_DB:-$POSTGRES_USER}" <<'END'
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
\\set password \`cat -- "$POSTGRES_PASSWORD_FILE"\`
ALTER ROLE :"USER" PASSWORD :'password';
END`;

/**
 * A synced database comes with the password of the outgoing side, which may have been rotated since the incoming side was
 * live. That side's services have the password of its own secrets, so its database gets that one; only where they differ.
 */
export async function fitPasswords(
  context: HostContext,
  stores: readonly Service[],
): Promise<void> {
  const databases = stores.filter(({ environment }) => "POSTGRES_PASSWORD_FILE" in environment);
  await Promise.all(
    databases.map(async ({ name }) => {
      const container = context.docker.getContainer(dockerName(context, name));
      const { exitCode } = await execute(container, ["sh", "-c", LOG_IN]);
      if (exitCode === 0) return;
      await executeOrFail(container, ["sh", "-c", SET_PASSWORD]);
      context.report(
        `${name}: synced with another password than this side's secrets have; it got theirs`,
      );
    }),
  );
}
