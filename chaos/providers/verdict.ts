import type { LogLine } from '../system/app-log.js';
import type { FaultClass, Result } from './fault-class.js';
import type { Found } from './results.js';

/** What came of a visit, in words. */
export function describeResult(result: Result | null): string {
  switch (result?.kind) {
    case 'video': {
      const times = result.videos === 1 ? '' : `, ${result.videos} times`;
      const writer = {
        openai: ' (prompt by OpenAI)',
        openai_fallback: ' (prompt by the second provider)',
        template: ' (template)',
      };
      return `video${times}${result.prompt ? writer[result.prompt] : ''}; ${count(result.tasks, 'task')}, 1 paid`;
    }
    case 'refunded':
      return `credit back, ${result.reason}; ${count(result.tasks, 'task')}, ${result.paid} paid`;
    case 'present':
      return `credit back, ${result.reason}; the video as a present; ${count(result.tasks, 'task')}`;
    case 'parked':
      return `video kept for their return; ${count(result.tasks, 'task')}`;
    case 'turned_away':
      return `not started, not charged; told ${result.text}`;
    case 'goes_on':
      return 'the conversation goes on';
    case 'paid':
      return 'paid once, credited once';
    case 'not_paid':
      return `not charged; told ${result.text}`;
    case 'money_back':
      return 'money back once, its credits taken';
    case 'no_money_back':
      return 'money and credits stay; operators told';
    case undefined:
      return 'nothing that was foreseen';
  }
}

/** Where what came of visits is not what the matrix says, a sentence each. */
export function findBrokenResults(all: readonly Found[]): string[] {
  return all.flatMap(({ name, personId, must, lost, isMet, result, odd }) => {
    const who = `${name}: person ${personId}`;
    const [wanted, is] = [describeResult(must), describeResult(result)];
    return [
      ...(lost === null ? [] : [`${who} waited in vain: ${lost}`]),
      ...(wanted === is ? [] : [`${who}: ${is}, instead of ${wanted}`]),
      ...(isMet ? [] : [`${who} did not meet the fault as often as planned`]),
      ...odd.map((one) => `${who} ${one}`),
    ];
  });
}

/** The line as the alarms of classes know it. */
export function describeLine({ part, msg, error }: LogLine): string {
  return `${part}: ${msg} ${error}`.trimEnd();
}

/** Alarms that must be raised and are not, a sentence each. */
export function findMissingAlarms(
  classes: readonly Pick<FaultClass, 'name' | 'alarms'>[],
  errors: readonly LogLine[],
): string[] {
  const lines = errors.map(describeLine);
  return classes.flatMap(({ name, alarms = [] }) =>
    alarms
      .filter((alarm) => !lines.some((line) => alarm.test(line)))
      .map((alarm) => `${name}: nobody was told ${alarm.source}`),
  );
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
