import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';

/** So long a process believes what it has read: it is asked for with every update. */
const READ_LIFE_MS = 2_000;

/** A switch that is on. */
export interface SwitchOn {
  name: string;
  /** Since when. */
  onAt: Date;
}

/** Closes the bot for everybody but operators; what was begun goes on. */
export const MAINTENANCE = 'maintenance';
/** No new orders; everything else goes on. */
export const ORDERS_STOPPED = 'orders_stopped';
/** Followed by the slug of a video model that operators have set aside. */
export const MODEL_OFF = 'model_off:';
/** Followed by the fingerprint of a key of KIE that operators have set aside. */
export const KIE_KEY_OFF = 'kie_key_off:';

/** What operators switch while everything runs, for every process alike. */
@Injectable()
export class Switches {
  private read: { atMs: number; on: Promise<ReadonlySet<string>> } | null = null;

  constructor(private readonly dataSource: DataSource) {}

  /** Whether a switch is on, as it was two seconds ago at most. @throws When the database is away. */
  async isOn(name: string): Promise<boolean> {
    if (!this.read || performance.now() - this.read.atMs >= READ_LIFE_MS) {
      this.read = { atMs: performance.now(), on: this.readNames() };
      // Or everybody would be told for two seconds that the database is away.
      this.read.on.catch(() => (this.read = null));
    }
    return (await this.read.on).has(name);
  }

  /** The switches that are on at this moment and whose names begin with `prefix`, by name. */
  listOn(manager: EntityManager, prefix = ''): Promise<SwitchOn[]> {
    return manager.query<SwitchOn[]>(
      `select name, on_at as "onAt" from switches where starts_with(name, $1) order by name`,
      [prefix],
    );
  }

  /** Turns a switch in the caller's transaction. @returns false when it stood so already. */
  async turn(manager: EntityManager, name: string, on: boolean): Promise<boolean> {
    const [, changed] = on
      ? [null, (await manager.query<unknown[]>(TURN_ON, [name])).length]
      : await manager.query<[unknown, number]>('delete from switches where name = $1', [name]);
    this.read = null;
    return changed === 1;
  }

  private async readNames(): Promise<ReadonlySet<string>> {
    return new Set((await this.listOn(this.dataSource.manager)).map(({ name }) => name));
  }
}

const TURN_ON = 'insert into switches (name) values ($1) on conflict do nothing returning name';
