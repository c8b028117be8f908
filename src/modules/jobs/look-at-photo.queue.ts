import { z } from 'zod';
import { defineQueue } from '../../platform/index.js';

const PATH_LENGTH_MAX = 100;

/** A photo that somebody is to look at, by its row. */
export const photoToLookAtSchema = z.object({ photoPath: z.string().min(1).max(PATH_LENGTH_MAX) });
export type PhotoToLookAt = z.output<typeof photoToLookAtSchema>;

/** The look at a product photo, while the person types. */
export const lookAtPhotoQueue = defineQueue<PhotoToLookAt>({
  name: 'look-at-photo',
  schema: photoToLookAtSchema,
  concurrency: (env) => env.WORKER_CONCURRENCY,
  rateLimit: (env) => ({ max: env.PHOTO_LOOKS_MAX, durationMs: env.PHOTO_LOOKS_WINDOW_MS }),
});
