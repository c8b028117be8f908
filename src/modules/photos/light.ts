/** The door for programs that must answer at once: what needs no Nest. */
export { isPhotoPath } from './photo-path.rules.js';
