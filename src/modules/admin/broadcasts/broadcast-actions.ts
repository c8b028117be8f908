import { Injectable } from '@nestjs/common';
import type { ActionResult, OperatorRequest } from '../operator-action.types.js';
import { OperatorActions } from '../operator-actions.js';
import { AudiencesRepository } from './audiences.repository.js';
import { DELIVERIES_KEPT_MS, type NewBroadcast } from './broadcast.types.js';
import { BroadcastWakeUps } from './broadcast-wake-ups.js';
import { BroadcastsRepository } from './broadcasts.repository.js';

const FIRST_WAKE_NUMBER = 0;

/** What operators do with broadcasts. One is sent at a time. */
@Injectable()
export class BroadcastActions {
  constructor(
    private readonly actions: OperatorActions,
    private readonly broadcasts: BroadcastsRepository,
    private readonly audiences: AudiencesRepository,
    private readonly wakeUps: BroadcastWakeUps,
  ) {}

  /** Begins to send. `details.people`; `under_way` while another one is sent, `not_found` when nobody is in the audience. */
  async start(request: OperatorRequest, broadcast: NewBroadcast): Promise<ActionResult> {
    const about = { action: 'broadcast_started', subjectKind: 'broadcast', subject: broadcast.id } as const;
    const result = await this.actions.perform(request, about, async (manager) => {
      const people = await this.audiences.count(manager, broadcast.audience);
      if (people === 0) return { outcome: 'not_found' };
      const isNew = await this.broadcasts.insert(manager, broadcast, people);
      return isNew
        ? { outcome: 'done', details: { people, ...broadcast.audience } }
        : { outcome: 'under_way' };
    });
    if (result.outcome === 'done') await this.wakeUps.wake(broadcast.id, FIRST_WAKE_NUMBER);
    return result;
  }

  /** Nobody else gets it, from the next send on, until it goes on. */
  async stop(request: OperatorRequest, broadcastId: string): Promise<ActionResult> {
    const about = { action: 'broadcast_stopped', subjectKind: 'broadcast', subject: broadcastId } as const;
    const result = await this.actions.perform(request, about, async (manager) => ({
      outcome: (await this.broadcasts.stop(manager, broadcastId, 'operator')) ? 'done' : 'unchanged',
    }));
    if (result.outcome === 'done') await this.wakeUps.show(broadcastId, `stopped-${request.key}`);
    return result;
  }

  /**
   * A stopped one goes on where it stood; nobody gets it twice. `under_way` while another one is sent, `cannot_go_on` when its message is gone,
   * or who got it is forgotten.
   */
  async goOn(
    request: OperatorRequest,
    broadcastId: string,
    progress: NewBroadcast['progress'],
  ): Promise<ActionResult> {
    const about = { action: 'broadcast_started', subjectKind: 'broadcast', subject: broadcastId } as const;
    const result = await this.actions.perform(request, about, async (manager) => {
      const current = await this.broadcasts.findCurrent(manager);
      if (current?.status === 'sending' && current.id !== broadcastId) return { outcome: 'under_way' };
      const how = { progress, keptMs: DELIVERIES_KEPT_MS };
      const wakeNumber = await this.broadcasts.goOn(manager, broadcastId, how);
      if (wakeNumber !== null) return { outcome: 'done', details: { wakeNumber } };
      const broadcast = await this.broadcasts.find(manager, broadcastId);
      return { outcome: broadcast?.status === 'stopped' ? 'cannot_go_on' : 'unchanged' };
    });
    const { wakeNumber } = result.details;
    if (result.outcome === 'done' && typeof wakeNumber === 'number')
      await this.wakeUps.wake(broadcastId, wakeNumber);
    return result;
  }
}
