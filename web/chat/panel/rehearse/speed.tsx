import type { AppState } from '../../../../sandbox/page/protocol.js';
import { ActionButton } from '../ui/action-button.js';
import { Problem } from '../ui/problem.js';
import { useAction } from '../ui/use-action.js';
import { speedsFor } from './rehearsals.rules.js';

/** How many times faster than real time everything runs. */
export function Speed({ app }: { app: AppState }) {
  const { run, isBusy, problem } = useAction();
  return (
    <section aria-labelledby="panel-speed">
      <h3 id="panel-speed">Speed</h3>
      <div
        class="panel-segments"
        role="group"
        aria-labelledby="panel-speed"
        aria-describedby="panel-speed-note"
      >
        {speedsFor(app).map((scale) => (
          <ActionButton
            key={scale}
            class=""
            isPressed={scale === app.scale}
            isOff={isBusy || app.isBusy}
            onPress={() => scale !== app.scale && void run('speed', { scale })}
          >
            {scale}×
          </ActionButton>
        ))}
      </div>
      <p id="panel-speed-note" class="panel-soft">
        Times faster than real. The application starts again with the new durations; what is on its way keeps
        its pace.
      </p>
      <Problem text={problem} />
    </section>
  );
}
