/** A model as `GET /v1/models` shows it, and what the fake must know of it. */
export interface OpenAiModelRow {
  id: string;
  /** The day on which it stops, ISO 8601, or null. https://platform.openai.com/docs/deprecations */
  shutdownDate: string | null;
  /** Reasoning models refuse `max_tokens`, and `temperature` while they reason. */
  reasons: boolean;
}

/** The models that exist in November 2026. Those past their day are not found. */
export const OPENAI_MODEL_ROWS: readonly OpenAiModelRow[] = [
  { id: 'gpt-6-luna', shutdownDate: null, reasons: true },
  { id: 'gpt-6-astra', shutdownDate: null, reasons: true },
  { id: 'gpt-6-sol', shutdownDate: null, reasons: true },
  { id: 'gpt-6.1-sol', shutdownDate: null, reasons: true },
  { id: 'gpt-6.1-terra', shutdownDate: null, reasons: true },
  { id: 'gpt-5.6-luna', shutdownDate: null, reasons: true },
  { id: 'gpt-5.6-terra', shutdownDate: null, reasons: true },
  { id: 'gpt-5.6-sol', shutdownDate: null, reasons: true },
  { id: 'gpt-5.4-mini', shutdownDate: null, reasons: true },
  { id: 'gpt-5.4-nano', shutdownDate: null, reasons: true },
  { id: 'gpt-5-mini', shutdownDate: '2026-12-11', reasons: true },
  { id: 'gpt-4.1-mini', shutdownDate: '2027-01-14', reasons: false },
  { id: 'gpt-4o-mini', shutdownDate: '2027-01-14', reasons: false },
  { id: 'gpt-4o', shutdownDate: '2027-01-14', reasons: false },
  { id: 'gpt-4.1-nano', shutdownDate: '2026-10-23', reasons: false },
  { id: 'omni-moderation-latest', shutdownDate: null, reasons: false },
];

/** The model with an id, unless it is past its day. */
export function findServedModel(id: string, now: Date): OpenAiModelRow | null {
  const row = OPENAI_MODEL_ROWS.find((model) => model.id === id);
  return row && (row.shutdownDate === null || new Date(row.shutdownDate) > now) ? row : null;
}
