import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { Breakers, Env, MODEL_OFF, Switches } from '../../platform/index.js';

/** A model that is not used at the moment. */
export interface SetAsideModel {
  /** Its slug. */
  id: string;
  /** What KIE said; null where operators have set it aside. */
  text: string | null;
  /** When the outage began, however often the model was tried since. */
  since: Date;
}

const PREFIX = 'kie-model:';

/** Which models are set aside, known to every worker alike: one that is paused for one order is paused for all. */
@Injectable()
export class KieModelHealth {
  constructor(
    private readonly breakers: Breakers,
    private readonly switches: Switches,
    private readonly env: Env,
  ) {}

  /** Sets a model aside for `KIE_MODEL_SET_ASIDE_MS`, for longer each time that it is refused again soon after. */
  setAside(manager: EntityManager, modelId: string, text: string): Promise<void> {
    return this.breakers.open(manager, `${PREFIX}${modelId}`, {
      reason: text,
      pauseMs: this.env.KIE_MODEL_SET_ASIDE_MS,
    });
  }

  /** An operator sets a model aside until they bring it back. @returns false when one had done so before. */
  turnOff(manager: EntityManager, modelId: string): Promise<boolean> {
    return this.switches.turn(manager, `${MODEL_OFF}${modelId}`, true);
  }

  /** An operator brings a model back, whoever had set it aside. @returns false when it was not. */
  async bringBack(manager: EntityManager, modelId: string): Promise<boolean> {
    const wasOff = await this.switches.turn(manager, `${MODEL_OFF}${modelId}`, false);
    const wasOut = await this.breakers.close(manager, `${PREFIX}${modelId}`);
    return wasOff || wasOut;
  }

  /** The models that are set aside now, because KIE does not serve them or by operators. */
  async listSetAside(manager: EntityManager): Promise<SetAsideModel[]> {
    const off = await this.switches.listOn(manager, MODEL_OFF);
    const byOperators = off.map(({ name, onAt }) => ({
      id: name.slice(MODEL_OFF.length),
      text: null,
      since: onAt,
    }));
    return [...byOperators, ...(await this.listOutOfOrder(manager))];
  }

  /** The models that KIE does not serve now. */
  async listOutOfOrder(manager: EntityManager): Promise<(SetAsideModel & { text: string })[]> {
    const open = await this.breakers.listOpen(manager, PREFIX);
    return open.map(({ name, reason, openedAt }) => ({
      id: name.slice(PREFIX.length),
      text: reason,
      since: openedAt,
    }));
  }
}
