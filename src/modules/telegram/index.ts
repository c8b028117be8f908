export {
  CALLBACK_DATA_BYTES_MAX,
  CALLBACK_KINDS,
  decodeCallback,
  encodeCallback,
  planIdSchema,
  type Callback,
  type CallbackArguments,
  type CallbackKind,
} from './callback-data.js';
export { escapeHtml, htmlToPlain, shorten } from './html.js';
export { formatMoment } from './moments.js';
export { formatMoney, type Money } from './money.js';
export {
  CAPTION_LENGTH_MAX,
  TEXT_LENGTH_MAX,
  type Button,
  type OutgoingMessage,
} from './outgoing-message.js';
export {
  ALLOWED_UPDATES,
  TelegramClient,
  type ChatAction,
  type TelegramSettings,
} from './telegram.client.js';
export { PARTS_MAX } from './split-message.js';
export type { EditOutcome } from './message-outcomes.js';
export {
  INVOICE_DESCRIPTION_LENGTH_MAX,
  INVOICE_PAYLOAD_BYTES_MAX,
  INVOICE_TITLE_LENGTH_MAX,
  type PreCheckoutAnswer,
  type PreCheckoutOutcome,
  type StarInvoice,
  type StarRefundOutcome,
  type StarTransaction,
} from './star-payments.js';
export { TelegramError } from './telegram.errors.js';
export type { TelegramMeaning, TelegramNuance } from './telegram-errors.rules.js';
export { TelegramModule } from './telegram.module.js';
export {
  LANGUAGES,
  translate,
  translatePlain,
  type Language,
  type TranslationKey,
  type TranslationParams,
} from './translate.js';
export type { VideoSource } from './video-upload.js';
export { ChatPacing } from './chat-pacing.js';
export { SendHandlers, type SendHandler } from './send-handlers.js';
export { sendQueue, type Send } from './send.queue.js';
export { SendsModule, TelegramWorkerModule } from './sends.module.js';
