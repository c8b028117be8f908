import { z } from 'zod';

/** Text that PostgreSQL can keep and compare: without the character NUL (https://www.postgresql.org/docs/current/datatype-character.html). */
export const textSchema = z
  .string()
  .refine((text) => !text.includes('\0'), 'The character NUL means nothing here');
