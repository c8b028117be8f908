/** The door for programs that must answer at once: what needs no Nest. */
export { hmacOfTelegramId } from './telegram-id-hmac.js';
