export { AdminModule, AdminSchedulerModule, AdminWorkerModule } from './admin.module.js';
export { BroadcastActions } from './broadcasts/broadcast-actions.js';
export { Broadcast } from './broadcasts/broadcast.entity.js';
export { broadcastScreen } from './broadcasts/broadcast.screen.js';
export { BroadcastsService } from './broadcasts/broadcasts.service.js';
export {
  audienceSchema,
  BROADCAST_WHO,
  linkButtonSchema,
  type Audience,
  type BroadcastView,
  type LinkButton,
  type NewBroadcast,
} from './broadcasts/broadcast.types.js';
export { JobActions } from './job-actions.js';
export { Lookups, type JobLook, type PaymentLook, type PersonLook, type Who } from './lookups.js';
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
export { TodayFiguresReader, type TodayFigures } from './today-figures.js';
