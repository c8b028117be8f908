import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { Breakers, Env } from '../../platform/index.js';

/** A model that KIE does not serve at the moment. */
export interface SetAsideModel {
  /** Its slug. */
  id: string;
  /** What KIE said. */
  text: string;
  /** When the outage began, however often the model was tried since. */
  since: Date;
}

const PREFIX = 'kie-model:';

/** Which models are set aside, known to every worker alike: one that is paused for one order is paused for all. */
@Injectable()
export class KieModelHealth {
  constructor(
    private readonly breakers: Breakers,
    private readonly env: Env,
  ) {}

  /** Sets a model aside for `KIE_MODEL_SET_ASIDE_MS`, for longer each time that it is refused again soon after. */
  setAside(manager: EntityManager, modelId: string, text: string): Promise<void> {
    return this.breakers.open(manager, `${PREFIX}${modelId}`, {
      reason: text,
      pauseMs: this.env.KIE_MODEL_SET_ASIDE_MS,
    });
  }

  /** The models that are set aside now. */
  async listSetAside(manager: EntityManager): Promise<SetAsideModel[]> {
    const open = await this.breakers.listOpen(manager, PREFIX);
    return open.map(({ name, reason, openedAt }) => ({
      id: name.slice(PREFIX.length),
      text: reason,
      since: openedAt,
    }));
  }
}
