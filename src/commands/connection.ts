import pg from 'pg';

const CONNECT_TIMEOUT_MS = 10_000;

/** One connection for a command's work; whoever asks for it ends it. */
export async function connect(url: string, settings: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    ...settings,
  });
  // The statement in hand fails of it too; without a listener Node would end the command before it could say so.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
