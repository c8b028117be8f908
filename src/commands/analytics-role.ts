import { admitAnalyticsReader } from './analytics-reader.js';
import { CommandError, describeDatabase, EXIT_OK, readDatabaseUrl, runCommand } from './command-line.js';
import { connect } from './connection.js';

const ROLE = 'neurocards_analytics';
const USAGE = `npm run analytics:role   let the role ${ROLE} read the views of the schema analytics, and nothing else
ANALYTICS_PASSWORD: what it logs in with; may be left out where the role is there. TIME_ZONE: where its days begin.
Again after a restore, and to change the password. The database is that of DATABASE_URL.`;

/** Any other character would have to be prepared before it is hashed (RFC 4013). */
const PASSWORD = /^[!-~]{16,200}$/;

await runCommand(async () => {
  if (process.argv.length > 2) {
    if (process.argv[2] !== '--help') throw new CommandError(`Unknown option ${process.argv[2]}\n${USAGE}`);
    console.log(USAGE);
    return EXIT_OK;
  }
  const url = readDatabaseUrl();
  // eslint-disable-next-line no-restricted-properties -- the edge of a process that must run without the rest of the environment
  const { ANALYTICS_PASSWORD: password, TIME_ZONE: timeZone } = process.env;
  if (password && !PASSWORD.test(password)) {
    throw new CommandError(
      'ANALYTICS_PASSWORD must have 16 to 200 characters, letters, digits and signs only',
    );
  }
  const client = await connect(url, { application_name: 'neurocards-analytics-role' });
  let left: string[];
  try {
    left = await admitAnalyticsReader(client, {
      role: ROLE,
      password: password || undefined,
      timeZone: timeZone?.trim() || 'Europe/Moscow',
    });
  } finally {
    await client.end();
  }
  console.log(`${describeDatabase(url)}: ${ROLE} may read the schema analytics`);
  if (left.length > 0)
    console.log(
      `The user of DATABASE_URL may not set its limits. An administrator should:\n${left.join(';\n')};`,
    );
  return EXIT_OK;
});
