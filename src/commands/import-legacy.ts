import { describeDatabase, EXIT_BAD, EXIT_OK, runCommand } from './command-line.js';
import { importLegacy } from './import-legacy/import-legacy.js';
import { readOptions, readSettings, USAGE } from './import-legacy/import-options.js';
import { formatReport, isClean } from './import-legacy/import-report.rules.js';

await runCommand(async () => {
  const words = process.argv.slice(2);
  if (words.includes('--help')) {
    console.log(USAGE);
    return EXIT_OK;
  }
  const options = readOptions(words);
  const settings = readSettings();
  const report = await importLegacy(options, settings);
  console.log(
    `Import of the Python system, from ${describeDatabase(options.from)} into ${describeDatabase(settings.into)}`,
  );
  console.log(formatReport(report));
  if (options.asJson) console.log(JSON.stringify(report));
  return isClean(report) ? EXIT_OK : EXIT_BAD;
});
