import { readArguments, readWhole } from '../sandbox/arguments.js';

/** What `npm run bench:delivery` was asked for. */
export interface DeliveryOptions {
  videos: number;
  videoBytes: number;
  /** How fast Telegram takes each upload. */
  uploadBytesPerS: number;
  growthBytesMax: number;
  json: boolean;
  /** Where a copy of the worker's log goes. */
  logFile: string | undefined;
}

const MB = 1_000_000;

/** How it is called. */
export const USAGE = `npm run bench:delivery              20 videos of 20 MB delivered at once by one worker: how much its memory grows
            -- --videos N           how many people get a video at the same moment (20)
            -- --megabytes N        how large each video is (20)
            -- --upload-mb-per-s N  how fast Telegram takes each upload (2)
            -- --growth-mb-max N    exit code 1 from this growth on (100)
            -- --json               one JSON object as the last line
            -- --log FILE           keeps the worker's log`;

/** @throws UsageError */
export function readOptions(args: readonly string[]): DeliveryOptions | 'help' {
  const values = readArguments(args, {
    videos: { type: 'string', default: '20' },
    megabytes: { type: 'string', default: '20' },
    'upload-mb-per-s': { type: 'string', default: '2' },
    'growth-mb-max': { type: 'string', default: '100' },
    json: { type: 'boolean', default: false },
    log: { type: 'string' },
    help: { type: 'boolean', default: false },
  });
  if (values.help) return 'help';
  return {
    videos: readWhole('--videos', values.videos, { min: 1, max: 100 }),
    videoBytes: readWhole('--megabytes', values.megabytes, { min: 1, max: 50 }) * MB,
    uploadBytesPerS: readWhole('--upload-mb-per-s', values['upload-mb-per-s'], { min: 1, max: 1_000 }) * MB,
    growthBytesMax: readWhole('--growth-mb-max', values['growth-mb-max'], { min: 1, max: 10_000 }) * MB,
    json: values.json,
    logFile: values.log,
  };
}
