/** What stands for a secret where we explain how to set one, and what the sandbox uses. */
export const EXAMPLE_SECRETS: readonly string[] = [
  'of-the-sandbox-where-all-people-are-made-up',
  '32-or-more-random-characters-from-openssl-rand',
  '16-or-more-letters-and-digits',
  '12-or-more-characters',
];
