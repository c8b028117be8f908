import type { Rehearsal } from '../../../../sandbox/page/protocol.js';
import { ActionButton } from '../ui/action-button.js';
import { Chip } from '../ui/chip.js';
import { Empty } from '../ui/empty.js';
import { Problem } from '../ui/problem.js';
import { useAction } from '../ui/use-action.js';
import { plain } from '../../../ui/words/words.rules.js';
import { metRehearsals, noteSwitch } from './met-rehearsals.js';
import { byProvider, switchedOn } from './rehearsals.rules.js';

/** What each provider does next. */
export function Rehearsals({ rehearsals }: { rehearsals: readonly Rehearsal[] }) {
  const { run, isBusy, problem } = useAction();
  const on = switchedOn(rehearsals);
  const allOff = async () => {
    for (const { id } of on) {
      noteSwitch(id, false);
      await run('rehearse', { id, isOn: false });
    }
  };
  return (
    <section aria-labelledby="panel-rehearsals">
      <header class="panel-row">
        <h3 id="panel-rehearsals" tabIndex={-1}>
          What the providers do next
        </h3>
        <ActionButton isOff={isBusy || on.length === 0} onPress={() => void allOff()}>
          Switch all off
        </ActionButton>
      </header>
      <Problem text={problem} />
      {rehearsals.length === 0 && <Empty>There is nothing to rehearse here.</Empty>}
      {byProvider(rehearsals).map((group) => (
        <fieldset key={group.provider} class="panel-provider-group">
          <legend>
            <span class={`panel-provider panel-provider-${group.provider}`}>
              {plain('provider', group.provider)}
            </span>
          </legend>
          {group.rehearsals.map((rehearsal) => (
            <Switch key={rehearsal.id} rehearsal={rehearsal} isMet={metRehearsals.value.has(rehearsal.id)} />
          ))}
        </fieldset>
      ))}
    </section>
  );
}

function Switch({ rehearsal, isMet }: { rehearsal: Rehearsal; isMet: boolean }) {
  const { run, isBusy, problem } = useAction();
  const { id, title, expected, lasts, isOn } = rehearsal;
  const toggle = async () => {
    noteSwitch(id, !isOn);
    await run('rehearse', { id, isOn: !isOn });
  };
  return (
    <div class="panel-rehearsal">
      <button
        type="button"
        class="panel-switch"
        role="switch"
        aria-checked={isOn}
        aria-describedby={`panel-rehearsal-${id}`}
        aria-busy={isBusy}
        onClick={() => void toggle()}
      >
        <span class="panel-switch-track" aria-hidden="true" />
        {title}
      </button>
      <span class="panel-rehearsal-mark">
        <span role="status">
          {isMet && (
            <Chip tone="good" icon="good">
              met
            </Chip>
          )}
        </span>
        <Chip>{lasts === 'once' ? 'once' : 'until off'}</Chip>
      </span>
      <p id={`panel-rehearsal-${id}`} class="panel-rehearsal-expected">
        {expected}
      </p>
      <Problem text={problem} />
    </div>
  );
}
