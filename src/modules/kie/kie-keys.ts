import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Env } from '../../platform/index.js';

const FINGERPRINT_LENGTH = 12;

/** One API key. Its secret stays out of JSON and of inspected objects, so that logging a key shows its fingerprint only. */
export class KieKey {
  readonly #secret: string;
  /** The first 12 hex digits of the secret's SHA-256: names the key in rows and logs. */
  readonly fingerprint: string;

  constructor(secret: string) {
    this.#secret = secret;
    this.fingerprint = fingerprintOf(secret);
  }

  /** For the Authorization header and nothing else. */
  get secret(): string {
    return this.#secret;
  }
}

/** The configured keys, in the order of the configuration. */
@Injectable()
export class KieKeys {
  private readonly keys: readonly KieKey[];
  /** Names the whole of the configured keys: another key, another name. */
  readonly configuration: string;

  constructor(env: Env) {
    this.keys = env.KIE_API_KEYS.map((secret) => new KieKey(secret));
    const fingerprints = this.keys.map(({ fingerprint }) => fingerprint).sort();
    this.configuration = fingerprintOf(fingerprints.join());
  }

  /** All keys, the preferred first. */
  all(): readonly KieKey[] {
    return this.keys;
  }

  /** The key that a task was made with; `null` once it is no longer configured. */
  byFingerprint(fingerprint: string): KieKey | null {
    return this.keys.find((key) => key.fingerprint === fingerprint) ?? null;
  }
}

function fingerprintOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, FINGERPRINT_LENGTH);
}
