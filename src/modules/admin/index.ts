export { AdminModule } from './admin.module.js';
export { JobActions } from './job-actions.js';
export { OperatorAction } from './operator-action.entity.js';
export {
  OPERATOR_ACTIONS,
  REASON_LENGTH_MAX,
  REASON_LENGTH_MIN,
  REFUSALS,
  type ActionName,
  type ActionResult,
  type OperatorRequest,
  type Refusal,
  type SubjectKind,
} from './operator-action.types.js';
export { OperatorActions } from './operator-actions.js';
export type { ActionFilter } from './operator-actions.repository.js';
export { PaymentActions } from './payment-actions.js';
export { ServiceActions, SWITCHES, type SwitchName } from './service-actions.js';
export { GRANT_CREDITS_MAX, UserActions } from './user-actions.js';
