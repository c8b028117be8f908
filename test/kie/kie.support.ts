import { readAsset } from '../../sandbox/assets/index.js';
import { SANDBOX_KIE_KEY, type FakeKie } from '../../sandbox/kie/index.js';
import type { KieClient, KieKey, TaskReading } from '../../src/modules/kie/index.js';
import type { Env } from '../../src/platform/index.js';
import { waitFor } from '../support/wait-for.js';
import { testEnv } from '../support/env.js';

const PHOTO = { bytes: readAsset('photos/mug.jpg'), fileName: 'mug.jpg', mimeType: 'image/jpeg' };
const END_WAIT_MS = 10_000;

/** What a client of the fake is made with. */
export function envFor(fake: FakeKie, change: Record<string, string> = {}): Env {
  return testEnv({
    KIE_API_KEY: SANDBOX_KIE_KEY,
    KIE_BASE_URL: fake.url,
    KIE_UPLOAD_BASE_URL: fake.url,
    ...change,
  });
}

/** The link of an uploaded sample photo. */
export async function uploadPhoto(client: KieClient, key: KieKey): Promise<string> {
  const outcome = await client.uploadPhoto(key, PHOTO);
  if (outcome.kind !== 'uploaded') throw new Error(outcome.text);
  return outcome.url;
}

/** Reads a task until it is over. */
export async function readEnd(
  client: KieClient,
  key: KieKey,
  task: { model: string; taskId: string },
): Promise<TaskReading> {
  const ended = async () => {
    const reading = await client.readTask(key, task);
    return reading.kind === 'succeeded' || reading.kind === 'failed' ? reading : null;
  };
  return waitFor(ended, { timeoutMs: END_WAIT_MS, what: 'the end of the task' });
}
