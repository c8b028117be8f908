import { clockTime, dayAndTime } from '../../../ui/words/formatting.rules.js';

/** When something happened, with the day where it was another one. */
export function When({ at, nowMs }: { at: string; nowMs: number }) {
  return (
    <time class="panel-time" dateTime={at} title={at}>
      {dayAndTime(at, nowMs)}
    </time>
  );
}

/** The time of the day when something happened. */
export function ClockTime({ at }: { at: string }) {
  return (
    <time class="panel-time" dateTime={at} title={at}>
      {clockTime(at)}
    </time>
  );
}
