/** What came of looking at a row: nothing more is to be learnt, or one more look, after the provider's own pause at least. */
export type Looked = { kind: 'over' } | { kind: 'again'; askedMs?: number | undefined };
