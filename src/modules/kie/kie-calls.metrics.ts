import { CALL_BUCKETS_S, defineHistogram } from '../../platform/index.js';

/** What we ask KIE for. */
export type KieOperation = 'create_task' | 'read_task' | 'upload' | 'refresh_link' | 'read_credits';

/** Codes that KIE documents (docs.kie.ai); what else it says counts by its hundred. */
const CODES = [
  '200',
  '400',
  '401',
  '402',
  '404',
  '408',
  '422',
  '429',
  '433',
  '451',
  '455',
  '500',
  '501',
  '505',
];

/** How a call ended, as far as HTTP tells. */
type CallEnd =
  { httpStatus: number; envelope: { code: number } | null } | { failure: string; wasSent: boolean };

export const KIE_CALL_SECONDS = defineHistogram({
  name: 'neurocards_kie_call_duration_seconds',
  help: 'Calls of KIE by the code of the answer; not_sent: no connection; no_answer: it broke, or took too long.',
  labels: { operation: ['create_task', 'read_task', 'upload', 'refresh_link', 'read_credits'], code: 'any' },
  buckets: CALL_BUCKETS_S,
});

/** The label `code` of a call. */
export function codeOf(end: CallEnd): string {
  if ('failure' in end) return end.wasSent ? 'no_answer' : 'not_sent';
  const code = String(end.envelope?.code ?? end.httpStatus);
  if (CODES.includes(code)) return code;
  return /^[1-5]\d\d$/.test(code) ? `${code[0]}xx` : 'other';
}
