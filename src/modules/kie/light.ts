/** The door for programs that must answer at once: what needs neither Nest nor TypeORM. */
export { chooseModels } from './model-choice.rules.js';
