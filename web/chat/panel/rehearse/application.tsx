import { useState } from 'preact/hooks';
import type { AppState } from '../../../../sandbox/page/protocol.js';
import { ActionButton } from '../ui/action-button.js';
import { Chip } from '../ui/chip.js';
import { CopyButton } from '../ui/copy-button.js';
import { Problem } from '../ui/problem.js';
import { useAction } from '../ui/use-action.js';
import { counted } from '../../../ui/words/formatting.rules.js';
import { plain, toneOf } from '../../../ui/words/words.rules.js';

/** The application as a process: how it is, and how to hurt it. */
export function Application({ app }: { app: AppState }) {
  return (
    <section aria-labelledby="panel-app">
      <header class="panel-row">
        <h3 id="panel-app" tabIndex={-1}>
          The application
        </h3>
        <Chip tone={toneOf('app', app.status)}>{plain('app', app.status)}</Chip>
      </header>
      <p class="panel-app-note" role="status">
        {app.note ?? explain(app)}
      </p>
      <Changes app={app} />
      <Addresses app={app} />
    </section>
  );
}

const EXPLANATIONS: Readonly<Record<AppState['status'], string>> = {
  running: 'It serves the bot, makes videos and runs its crons.',
  without_worker: 'It serves the bot and runs its crons, and nobody makes videos.',
  down: 'It is down. Start it with the worker.',
};

function explain({ status, isBusy }: AppState): string {
  return status === 'down' && isBusy ? 'It is down and being started again.' : EXPLANATIONS[status];
}

function Changes({ app }: { app: AppState }) {
  const { run, isBusy, problem } = useAction();
  const [removed, setRemoved] = useState<number | null>(null);
  const isOff = isBusy || app.isBusy;
  const canStart = app.status === 'without_worker' || (app.status === 'down' && !app.isBusy);
  const change = (to: 'kill' | 'stop_worker' | 'start_worker') => {
    setRemoved(null);
    void run('app', { change: to });
  };
  const empty = async () => {
    setRemoved((await run<{ removed: number }>('empty-queues'))?.removed ?? null);
  };
  return (
    <>
      <div class="panel-buttons">
        <ActionButton class="panel-button panel-button-bad" isOff={isOff} onPress={() => change('kill')}>
          Kill the worker
        </ActionButton>
        <ActionButton isOff={isOff} onPress={() => change(canStart ? 'start_worker' : 'stop_worker')}>
          {canStart ? 'Start the worker' : 'Stop the worker'}
        </ActionButton>
        <ActionButton isOff={isBusy} onPress={() => void empty()}>
          Empty the queue
        </ActionButton>
      </div>
      <p class={`panel-result ${removed === null ? 'panel-soft' : 'panel-good'}`} role="status">
        {removed === null
          ? 'Killed (kill -9), everything starts again, the worker too. A stopped worker stays away, also when the speed changes, until you start it or kill.'
          : `${counted(removed, 'wake-up')} removed; the cron brings them back.`}
      </p>
      <Problem text={problem} />
    </>
  );
}

function Addresses({ app }: { app: AppState }) {
  const rows = [
    ['Application', app.url],
    ['Log', app.logFile],
    ...Object.entries(app.providers).map(([name, url]) => [plain('provider', name), url] as const),
  ] as const;
  return (
    <details class="panel-addresses">
      <summary>Addresses and log, queues on {app.queuesOn}</summary>
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <code>{value}</code> <CopyButton text={value} what={`the address of ${name}`} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
