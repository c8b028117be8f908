import { setTimeout as pause } from 'node:timers/promises';
import { SANDBOX_KIE_CREDITS, SANDBOX_KIE_KEY, SANDBOX_KIE_SPARE_KEY } from '../../sandbox/kie/index.js';
import type { OutsideWorld } from '../../sandbox/outside-world.js';
import type { Ending, RestartingProcesses } from './processes.js';
import type { Town } from './town.js';
import { VISITS_MIN } from './visits.js';

const LOOK_MS = 20;
/** Steps between two weathers. */
const STEPS_PER_WEATHER = 450;
/** A weather lasts so many steps, or so long. */
const WEATHER_STEPS = 150;
const WEATHER_MS_MAX = 6_000;
/** The outage is there to be met: it lasts until it was. */
const OUTAGE_MS_MAX = 30_000;

/** Trouble outside, for a while. */
interface Weather {
  begin(world: OutsideWorld): void;
  end(world: OutsideWorld): void;
}

const none = () => undefined;
const HTML_502 = { kind: 'html', status: 502 } as const;

const WEATHERS = {
  telegram_is_busy: {
    begin: ({ telegram }) => {
      telegram.failNext('sendMessage', { status: 429, retryAfterS: 1, times: 2 });
      telegram.failNext('editMessageText', { status: 429, retryAfterS: 1, times: 2, skip: 3 });
    },
    end: none,
  },
  openai_is_away: {
    begin: ({ openAi }) => openAi.setMood('server_error'),
    end: ({ openAi }) => openAi.setMood(null),
  },
  yookassa_is_slow: {
    begin: ({ yooKassa }) =>
      yooKassa.failNext('createPayment', { kind: 'slow', delayTrueMs: 30_000, times: 5 }),
    end: none,
  },
  telegram_breaks: {
    begin: ({ telegram }) => {
      telegram.failNext('sendMessage', { status: 502, times: 3, skip: 2 });
      telegram.failNext('editMessageText', { status: 500, times: 3 });
      telegram.failNext('download', { status: 502, times: 1 });
      telegram.failNext('sendVideo', { status: 502, times: 1 });
    },
    end: none,
  },
  openai_flags_every_photo: {
    begin: ({ openAi }) => openAi.setSight({ flagged: ['sexual'] }),
    end: ({ openAi }) => openAi.setSight(null),
  },
  yookassa_breaks: {
    begin: ({ yooKassa }) => {
      yooKassa.failNext('createPayment', { ...HTML_502, times: 2 });
      yooKassa.failNext('createPayment', { kind: 'timeout_after_effect', times: 1 });
    },
    end: none,
  },
  kie_breaks: {
    begin: ({ kie }) => {
      kie.failNext('createTask', { ...HTML_502, times: 2 });
      kie.failNext('recordInfo', { ...HTML_502, times: 3 });
    },
    end: none,
  },
} as const satisfies Record<string, Weather>;

/** What trouble there was outside. */
export type WeatherName = keyof typeof WEATHERS | 'kie_has_no_money';

/** All that goes wrong while people walk: processes die, services fail. What happens when is told by the steps that people have made. */
export class Havoc {
  /** How often there was each weather. */
  readonly weathers = new Map<WeatherName, number>();
  private isOver = false;

  constructor(
    private readonly town: Town,
    private readonly processes: RestartingProcesses,
    private readonly options: { stepsPerRestart: number; draw: () => number },
  ) {}

  /** Lets things go wrong until `end`; rejects when a process does not come back. */
  async run(): Promise<void> {
    await Promise.all([this.restartOnAndOn(), this.changeWeather()]);
  }

  /** From now on, nothing more goes wrong. */
  end(): void {
    this.isOver = true;
  }

  private async restartOnAndOn(): Promise<void> {
    const restarts = Math.max(1, Math.round(this.town.stepsWanted / this.options.stepsPerRestart));
    for (const [index, at] of this.moments(restarts).entries()) {
      if (!(await this.isStep(at))) return;
      const ending: Ending = index % 4 < 2 ? 'kill' : 'stop';
      await this.processes.restartOne(ending);
    }
  }

  private async changeWeather(): Promise<void> {
    const names = Object.keys(WEATHERS) as (keyof typeof WEATHERS)[];
    const moments = this.moments(Math.max(1, Math.round(this.town.stepsWanted / STEPS_PER_WEATHER)));
    // Early enough that who is refused then finds back into the walk.
    const outageAt = Math.floor(moments.length / 3);
    for (const [index, at] of moments.entries()) {
      if (!(await this.isStep(at))) return;
      if (index === outageAt) await this.playOutage();
      else await this.play(names[index % names.length] as keyof typeof WEATHERS);
    }
  }

  /** So many steps, at about equal distances. */
  private moments(count: number): number[] {
    const distance = this.town.stepsWanted / (count + 1);
    return Array.from({ length: count }, (_, index) =>
      Math.round(distance * (index + 1 + (this.options.draw() - 0.5) / 2)),
    );
  }

  private async play(name: keyof typeof WEATHERS): Promise<void> {
    const { town } = this;
    const weather: Weather = WEATHERS[name];
    this.note(name);
    weather.begin(town.world);
    const until = town.steps + WEATHER_STEPS;
    const deadline = performance.now() + WEATHER_MS_MAX;
    while (!this.isOver && town.steps < until && performance.now() < deadline) await pause(LOOK_MS);
    weather.end(town.world);
  }

  /** No key of ours has money: orders are turned away before anything is charged. */
  private async playOutage(): Promise<void> {
    const { town } = this;
    const deadline = performance.now() + OUTAGE_MS_MAX;
    this.note('kie_has_no_money');
    this.setKieCredits(0);
    town.isOutage = true;
    const wanted = Math.min(VISITS_MIN.screen, town.stepsWanted / 100) + 5;
    while (!this.isOver && town.visits.screens.not_accepting < wanted && performance.now() < deadline)
      await pause(LOOK_MS);
    town.isOutage = false;
    this.setKieCredits(SANDBOX_KIE_CREDITS);
  }

  private setKieCredits(credits: number): void {
    for (const key of [SANDBOX_KIE_KEY, SANDBOX_KIE_SPARE_KEY]) this.town.world.kie.setKey(key, { credits });
  }

  private note(name: WeatherName): void {
    this.weathers.set(name, (this.weathers.get(name) ?? 0) + 1);
  }

  /** Waits for a step; false when all is over before. */
  private async isStep(step: number): Promise<boolean> {
    while (!this.isOver && this.town.steps < step) await pause(LOOK_MS);
    return !this.isOver;
  }
}
