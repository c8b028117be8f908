/** What stands below the messages, for who skips them. */
export const COMPOSER_ID = 'composer';
/** The input field in it, when there is one. */
export const FIELD_ID = 'message-field';
