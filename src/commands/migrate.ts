import { migrateDatabase } from '../platform/database/index.js';
import { describeDatabase, EXIT_OK, readDatabaseUrl, runCommand } from './command-line.js';

/** `npm run migrate`: the only writer of the schema, ours and the queues'. Several at once: one applies, the others wait. */
await runCommand(async () => {
  const url = readDatabaseUrl();
  const { applied, total } = await migrateDatabase(url, { say: (sentence) => console.error(sentence) });
  const what = applied.length === 0 ? 'nothing to do' : `applied ${applied.join(', ')}`;
  console.log(`${describeDatabase(url)}: ${what}; ${total} migrations in all`);
  return EXIT_OK;
});
