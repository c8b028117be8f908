import { describe, expect, it } from 'vitest';
import { CommandError, describeDatabase, readDatabaseUrl } from './command-line.js';

describe('the database of a command', () => {
  it.each([
    'postgres://anna:secret@db:5432/neurocards',
    ' postgresql://127.0.0.1/neurocards_test?sslmode=require ',
  ])('is %s', (url) => {
    expect(readDatabaseUrl({ DATABASE_URL: url })).toBe(url.trim());
  });

  it.each([undefined, '', '  '])('is asked for when DATABASE_URL is %j', (url) => {
    expect(() => readDatabaseUrl({ DATABASE_URL: url })).toThrow(/^DATABASE_URL is not set\. Set it to/);
  });

  it.each(['secret', 'mysql://root:secret@db/x', 'postgres://db:secret/x'])(
    'is refused without being shown: %s',
    (url) => {
      const read = () => readDatabaseUrl({ DATABASE_URL: url });
      expect(read).toThrow(CommandError);
      expect(read).toThrow(/^(?!.*secret|.*mysql)DATABASE_URL is not a PostgreSQL URL/);
    },
  );

  it('is named without its user and password', () => {
    expect(describeDatabase('postgres://anna:secret@db:5433/neurocards')).toBe('db:5433/neurocards');
  });
});
