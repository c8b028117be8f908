export { examineStart } from './examine-start.js';
export { StartForbiddenError } from './doctor.errors.js';
export { doctor, type DoctorOptions } from './doctor-command.js';
