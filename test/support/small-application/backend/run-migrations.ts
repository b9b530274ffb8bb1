import { readConfiguration } from "./configuration";
import { connectDatabase, migrate } from "./database";

const database = connectDatabase(readConfiguration());
migrate(database)
  .then(() => database.end())
  .catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
