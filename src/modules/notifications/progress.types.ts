import { z } from 'zod';

/** Where one video of an order stands, as its person sees it. */
export const progressLineSchema = z.object({
  /** 1 to the order's count. */
  position: z.number().int().positive(),
  stage: z.enum(['queued', 'prompt', 'create', 'generate', 'deliver', 'completed', 'failed']),
});
export type ProgressLine = z.output<typeof progressLineSchema>;
