import type { KieTaskRow } from '../../../../sandbox/page/protocol.js';
import { Chip } from '../ui/chip.js';
import { duration, elapsed } from '../../../ui/words/formatting.rules.js';
import { plain, toneOf } from '../../../ui/words/words.rules.js';
import { tookMs } from './job-steps.rules.js';

/** The paid attempts at KIE. */
export function KieTasks({ tasks, nowMs }: { tasks: readonly KieTaskRow[]; nowMs: number }) {
  if (tasks.length === 0) return null;
  return (
    <>
      <h5 class="panel-subtitle">Tasks at KIE</h5>
      <ul class="panel-list panel-tasks">
        {tasks.map((task) => (
          <li key={task.attempt} class="panel-task">
            <span class="panel-task-name">
              Attempt {task.attempt}
              <span class="panel-note">{task.model}</span>
              <span class="panel-note">{task.taskId ? <code>{task.taskId}</code> : 'no task id'}</span>
            </span>
            <span class="panel-task-state">
              <Chip tone={toneOf('taskState', task.state)}>{plain('taskState', task.state)}</Chip>
              <span class="panel-note panel-time">
                {task.finishedAt ? duration(tookMs(task, nowMs)) : elapsed(tookMs(task, nowMs))}
              </span>
            </span>
            {task.errorText && <span class="panel-task-error">{task.errorText}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}
