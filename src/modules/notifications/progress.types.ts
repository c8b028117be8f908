import { z } from 'zod';

const TENS_MAX = 100;
const HALF_MINUTE_S = 30;

/** Where one video of an order stands, as its person sees it. What is not known is left out. */
export const progressLineSchema = z.object({
  /** 1 to the order's count. */
  position: z.number().int().positive(),
  stage: z.enum([
    'queued',
    'prompt',
    'create',
    'generate',
    'deliver',
    'completed',
    'failed',
    // Given up by the person before it was in the making.
    'cancelled',
  ]),
  /** Of the work, in whole tens; 100 is ready. */
  percent: z.number().int().min(0).max(TENS_MAX).multipleOf(10).optional(),
  /** In the queue, the next one being 1. */
  place: z.number().int().positive().optional(),
  /** In the queue, somewhere after this place: nobody counts further. */
  beyond: z.number().int().positive().optional(),
  /** Until the video is here, in whole half minutes; in the queue until it is in the making. */
  leftS: z.number().int().positive().multipleOf(HALF_MINUTE_S).optional(),
  /** It takes longer than usual, so that nobody knows how long still. */
  overdue: z.literal(true).optional(),
});
export type ProgressLine = z.output<typeof progressLineSchema>;
