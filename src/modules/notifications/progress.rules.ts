import type { ProgressLine } from './progress.types.js';

/** Nobody has begun to film it: its person may still give it up. */
export function isNotBegun({ stage }: Pick<ProgressLine, 'stage'>): boolean {
  return stage === 'queued' || stage === 'prompt';
}

/** Nothing more becomes of it. */
export function isOver({ stage }: Pick<ProgressLine, 'stage'>): boolean {
  return stage === 'completed' || stage === 'failed' || stage === 'cancelled';
}
