import { AppError } from '../platform/light.js';
import type { Finding } from './doctor.rules.js';

/** The doctor forbids the start; `findings` holds every error that it found. */
export class StartForbiddenError extends AppError {
  readonly code = 'START_FORBIDDEN';

  constructor(readonly findings: readonly Finding[]) {
    const sentences = findings.map(({ problem, mend }) => `${problem} ${mend}`);
    const [only] = sentences;
    super(
      sentences.length === 1
        ? (only as string)
        : `The doctor has found ${sentences.length} faults:\n${sentences.map((one) => `  - ${one}`).join('\n')}`,
    );
  }
}
