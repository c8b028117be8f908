export { examineStart } from './examine-start.js';
export { StartForbiddenError } from './doctor.errors.js';
export { doctor } from './doctor-command.js';
