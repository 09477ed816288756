import { createDatabase, type PostgresServer, startPostgres } from "./postgres.ts";

/** Where programs get their databases: the embedded server or another one. */
export interface DatabaseServer {
  /** Null when the server is not ours to supervise. */
  readonly embedded: PostgresServer | null;
  /** Creates the database unless it is there. @returns its URL: a secret. */
  database(name: string): Promise<string>;
  /** Stops the embedded server; leaves another one alone. */
  stop(): Promise<void>;
}

/**
 * @param options.databaseUrl - `DATABASE_URL`: any PostgreSQL 15 or newer, with a role that may create databases; its
 *   own database is only used to create ours. Without it the embedded server is started.
 */
export async function openDatabaseServer(options: {
  readonly databaseUrl?: string | undefined;
  readonly stateDir: string;
  readonly port: number;
}): Promise<DatabaseServer> {
  const { databaseUrl, stateDir, port } = options;
  if (databaseUrl !== undefined && databaseUrl !== "") {
    return { embedded: null, database: (name) => databaseOf(databaseUrl, name), stop: () => Promise.resolve() };
  }
  const embedded = await startPostgres({ stateDir, port });
  return { embedded, database: (name) => databaseOf(embedded.url("postgres"), name), stop: () => embedded.stop() };
}

async function databaseOf(serverUrl: string, name: string): Promise<string> {
  await createDatabase(serverUrl, name);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
