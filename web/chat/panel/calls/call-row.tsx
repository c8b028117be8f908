import { Component } from 'preact';
import { useState } from 'preact/hooks';
import type { ProviderCall } from '../../../../sandbox/page/protocol.js';
import { Chip } from '../ui/chip.js';
import { CopyButton } from '../ui/copy-button.js';
import { ClockTime } from '../ui/time.js';
import { duration } from '../../../ui/words/formatting.rules.js';
import { plain } from '../../../ui/words/words.rules.js';
import { verdictOf } from './calls.rules.js';

/** A call. It never changes, so a list of hundreds draws only what is new. */
export class CallRow extends Component<{ call: ProviderCall }> {
  override shouldComponentUpdate({ call }: { call: ProviderCall }): boolean {
    return call !== this.props.call;
  }

  override render() {
    return <Call call={this.props.call} />;
  }
}

function Call({ call }: { call: ProviderCall }) {
  const [isOpen, setOpen] = useState(false);
  const { text, tone } = verdictOf(call);
  const bodyId = `panel-call-${call.id}`;
  return (
    <li class="panel-call">
      <button
        type="button"
        class="panel-call-head"
        aria-expanded={isOpen}
        aria-controls={isOpen ? bodyId : undefined}
        onClick={() => setOpen(!isOpen)}
      >
        <span class={`panel-provider panel-provider-${call.provider}`}>
          {plain('provider', call.provider)}
        </span>
        <span class="panel-call-path" title={call.path}>
          <span class="panel-call-method">{call.method}</span> {call.path}
        </span>
        <Chip tone={tone}>{text}</Chip>
        <span class="panel-call-when">
          <ClockTime at={call.at} /> · {duration(call.durationMs)}
        </span>
      </button>
      {isOpen && (
        <div id={bodyId} class="panel-call-bodies">
          <Body what="request" text={call.request} />
          <Body what="response" text={call.response} />
        </div>
      )}
    </li>
  );
}

function Body({ what, text }: { what: 'request' | 'response'; text: string | null }) {
  const title = what === 'request' ? 'Request' : 'Response';
  if (text === null) return <p class="panel-soft">{title}: no body.</p>;
  return (
    <>
      <p class="panel-row">
        <span class="panel-subtitle">{title}</span>
        <CopyButton text={text} what={`the ${what}`} />
      </p>
      <pre class="panel-body" tabIndex={0} role="region" aria-label={`Body of the ${what}`}>
        {text}
      </pre>
    </>
  );
}
