import type pg from 'pg';
import { sqlStateOf } from '../platform/light.js';
import { CommandError, EXIT_BAD, EXIT_OK, readDatabaseUrl, runCommand } from './command-line.js';
import { connect } from './connection.js';

const USAGE = `npm run sql -- "select …"         run one statement and print its rows
npm run sql -- --json "select …"  the same, as one JSON object in the last line
Exit code: 0 done, 1 PostgreSQL refused the statement, 2 it could not be run. The database is that of DATABASE_URL.`;

const STATEMENT_TIMEOUT_MS = 300_000;
const ROWS_SHOWN_MAX = 1_000;
const CELL_WIDTH_MAX = 400;

/** Every value as the text that PostgreSQL sent, or null. */
const AS_TEXT = { getTypeParser: () => (value: unknown) => value };

await runCommand(async () => {
  const options = process.argv.slice(2);
  const words = options.filter((option) => option !== '--json');
  if (words[0] === '--help') {
    console.log(USAGE);
    return EXIT_OK;
  }
  const statement = words.join(' ').trim();
  if (!statement) throw new CommandError(`No statement was given.\n${USAGE}`);

  const client = await connect(readDatabaseUrl(), {
    application_name: 'neurocards-sql',
    statement_timeout: STATEMENT_TIMEOUT_MS,
  });
  try {
    return await run(client, statement, options.includes('--json'));
  } finally {
    await client.end();
  }
});

async function run(client: pg.Client, statement: string, asJson: boolean): Promise<number> {
  try {
    // The extended protocol takes exactly one statement. As text, values look as PostgreSQL writes them.
    const shown = {
      text: statement,
      queryMode: 'extended',
      rowMode: 'array',
      types: asJson ? undefined : AS_TEXT,
    };
    const result = await client.query<unknown[]>(shown as pg.QueryArrayConfig);
    console.log(asJson ? toJson(result) : toTable(result));
    return EXIT_OK;
  } catch (error) {
    if (!sqlStateOf(error)) throw error;
    console.error(explainRefusal(error as pg.DatabaseError, statement));
    return EXIT_BAD;
  }
}

function toJson(result: pg.QueryArrayResult<unknown[]>): string {
  const columns = result.fields.map((field) => field.name);
  const rows = result.rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]])));
  return JSON.stringify({ command: result.command, row_count: result.rowCount, columns, rows });
}

function toTable(result: pg.QueryArrayResult<unknown[]>): string {
  const count = `${result.command} ${result.rowCount ?? 0}`;
  if (result.fields.length === 0) return count;
  const shown = result.rows.slice(0, ROWS_SHOWN_MAX).map((row) => row.map(toCell));
  const table = [result.fields.map((field) => field.name), ...shown];
  const widths = result.fields.map((_, column) =>
    Math.max(...table.map((row) => (row[column] ?? '').length)),
  );
  const lines = table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | '));
  lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('-+-'));
  const hidden = result.rows.length - shown.length;
  if (hidden > 0) lines.push(`… and ${hidden} more rows`);
  return [...lines, `(${count})`].join('\n');
}

function toCell(value: unknown): string {
  if (typeof value !== 'string') return 'null';
  const text = value.replaceAll('\n', '\\n');
  return text.length > CELL_WIDTH_MAX ? `${text.slice(0, CELL_WIDTH_MAX - 1)}…` : text;
}

function explainRefusal(error: pg.DatabaseError, statement: string): string {
  const lines = [`${error.code}: ${error.message}`];
  if (error.position) {
    const at = Number(error.position) - 1;
    lines.push(`  at: ${statement.slice(at, at + 40)}`);
  }
  if (error.detail) lines.push(`  detail: ${error.detail}`);
  if (error.hint) lines.push(`  hint: ${error.hint}`);
  return lines.join('\n');
}
