import { useState } from 'preact/hooks';
import type { AppState } from '../../../../sandbox/page/protocol.js';
import { Chip } from '../ui/chip.js';
import { CopyButton } from '../ui/copy-button.js';
import { Problem } from '../ui/problem.js';
import { useAction } from '../ui/use-action.js';
import { counted } from '../words/formatting.rules.js';
import { plain, toneOf } from '../words/words.rules.js';

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
        {app.note ?? EXPLANATIONS[app.status]}
      </p>
      <Changes app={app} />
      <Addresses app={app} />
    </section>
  );
}

const EXPLANATIONS: Readonly<Record<AppState['status'], string>> = {
  running: 'It serves the bot, makes videos and runs its crons.',
  without_worker: 'It serves the bot and runs its crons, and nobody makes videos.',
  down: 'It is down and starts again by itself.',
};

function Changes({ app }: { app: AppState }) {
  const { run, isBusy, problem } = useAction();
  const [removed, setRemoved] = useState<number | null>(null);
  const isOff = isBusy || app.status === 'down';
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
        <button
          type="button"
          class="panel-button panel-button-bad"
          disabled={isOff}
          onClick={() => change('kill')}
        >
          Kill the worker
        </button>
        {app.status === 'without_worker' ? (
          <button type="button" class="panel-button" disabled={isOff} onClick={() => change('start_worker')}>
            Start the worker
          </button>
        ) : (
          <button type="button" class="panel-button" disabled={isOff} onClick={() => change('stop_worker')}>
            Stop the worker
          </button>
        )}
        <button type="button" class="panel-button" disabled={isBusy} onClick={() => void empty()}>
          Empty the queue
        </button>
      </div>
      <p class={`panel-result ${removed === null ? 'panel-soft' : 'panel-good'}`} role="status">
        {removed === null
          ? 'Killed (kill -9), it starts again by itself. Stopped, it stays so until you start it.'
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
