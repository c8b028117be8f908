import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { MAINTENANCE, ORDERS_STOPPED, Switches } from '../../platform/index.js';
import { findModel, KieKeyHealth, KieKeys, KieModelHealth } from '../kie/index.js';
import type { ActionAbout, ActionResult, OperatorRequest } from './operator-action.types.js';
import { OperatorActions } from './operator-actions.js';

/** What operators turn on and off by name. */
export const SWITCHES = [MAINTENANCE, ORDERS_STOPPED] as const;
export type SwitchName = (typeof SWITCHES)[number];

/** What operators do with keys, models and the service as a whole. */
@Injectable()
export class ServiceActions {
  constructor(
    private readonly actions: OperatorActions,
    private readonly keys: KieKeys,
    private readonly keyHealth: KieKeyHealth,
    private readonly modelHealth: KieModelHealth,
    private readonly switches: Switches,
  ) {}

  /** No worker uses the key until it is brought back. @param fingerprint of a configured key */
  setKeyAside(request: OperatorRequest, fingerprint: string): Promise<ActionResult> {
    const about = { action: 'kie_key_set_aside', subjectKind: 'kie_key', subject: fingerprint } as const;
    return this.turn(request, about, this.knowsKey(fingerprint), (manager) =>
      this.keyHealth.turnOff(manager, fingerprint),
    );
  }

  /** The key is used again, whoever took it out of use; KIE may refuse it again. */
  bringKeyBack(request: OperatorRequest, fingerprint: string): Promise<ActionResult> {
    const about = { action: 'kie_key_brought_back', subjectKind: 'kie_key', subject: fingerprint } as const;
    return this.turn(request, about, this.knowsKey(fingerprint), (manager) =>
      this.keyHealth.bringBack(manager, fingerprint),
    );
  }

  /** Nothing is made with the model until it is brought back. @param modelId its slug in the catalogue */
  setModelAside(request: OperatorRequest, modelId: string): Promise<ActionResult> {
    const about = { action: 'model_set_aside', subjectKind: 'model', subject: modelId } as const;
    return this.turn(request, about, findModel(modelId) !== null, (manager) =>
      this.modelHealth.turnOff(manager, modelId),
    );
  }

  /** The model is used again, whoever had set it aside; KIE may refuse it again. */
  bringModelBack(request: OperatorRequest, modelId: string): Promise<ActionResult> {
    const about = { action: 'model_brought_back', subjectKind: 'model', subject: modelId } as const;
    return this.turn(request, about, findModel(modelId) !== null, (manager) =>
      this.modelHealth.bringBack(manager, modelId),
    );
  }

  turnSwitch(request: OperatorRequest, name: SwitchName, on: boolean): Promise<ActionResult> {
    const action = on ? 'switch_on' : 'switch_off';
    return this.turn(request, { action, subjectKind: 'switch', subject: name }, true, (manager) =>
      this.switches.turn(manager, name, on),
    );
  }

  private knowsKey(fingerprint: string): boolean {
    return this.keys.byFingerprint(fingerprint) !== null;
  }

  private turn(
    request: OperatorRequest,
    about: ActionAbout,
    exists: boolean,
    change: (manager: EntityManager) => Promise<boolean>,
  ): Promise<ActionResult> {
    return this.actions.perform(request, about, async (manager) => {
      if (!exists) return { outcome: 'not_found' };
      return { outcome: (await change(manager)) ? 'done' : 'unchanged' };
    });
  }
}
