import { describe, expect, it } from 'vitest';
import { readOptions, readSettings } from './import-options.js';

const URL = 'postgres://anna:secret@db:5432/old';

describe('the options of an import', () => {
  it.each([
    [['--from', URL], { schema: 'public', isDryRun: false, asJson: false }],
    [[`--from=${URL}?sslmode=require`, '--dry-run'], { from: `${URL}?sslmode=require`, isDryRun: true }],
    [['--json', '--schema', 'old', '--from', URL], { schema: 'old', asJson: true, from: URL }],
  ])('%j', (words, options) => {
    expect(readOptions(words, { LEGACY_DATABASE_URL: 'postgres://not/this' })).toMatchObject(options);
  });

  it('has the old database in the environment, where no other user of the machine sees its password', () => {
    expect(readOptions(['--dry-run'], { LEGACY_DATABASE_URL: ` ${URL} ` })).toMatchObject({ from: URL });
    expect(() => readOptions([], { LEGACY_DATABASE_URL: 'secret@db' })).toThrow(
      /^LEGACY_DATABASE_URL \(--from\) is not a PostgreSQL URL(?![^]*secret@)/,
    );
  });

  it.each([
    [[], /LEGACY_DATABASE_URL is not set/],
    [['--from'], /LEGACY_DATABASE_URL is not set/],
    [['--from', 'mysql://root:secret@db/x'], /\(--from\) is not a PostgreSQL URL/],
    [['--from', URL, '--wet-run'], /Unknown option --wet-run/],
    [['--from', URL, 'postgres://anna:secret@db/new'], /Unknown option\n/],
    [['--from', URL, '--schema', 'a"; drop'], /--schema is not/],
  ])('%j is refused with the usage, and no password', (words, sentence) => {
    const read = () => readOptions(words, {});
    expect(read).toThrow(sentence);
    expect(read).toThrow(/^(?![^]*secret)[^]*--dry-run/);
  });
});

it('needs a database and nothing else', () => {
  expect(readSettings({ DATABASE_URL: URL })).toEqual({ into: URL, storagePath: './storage', hmacKey: null });
  expect(readSettings({ DATABASE_URL: URL, STORAGE_TYPE: 's3' })).toMatchObject({ storagePath: null });
  expect(() => readSettings({})).toThrow(/DATABASE_URL is not set/);
});
