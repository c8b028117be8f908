import type { TaskState } from './kie-endings.rules.js';
import { KIE_MODEL_ROWS } from './kie-models.data.js';
import type { KieTask } from './kie-tasks.js';

/** `data` of recordInfo. Lists and objects inside are JSON strings: https://docs.kie.ai/market/common/get-task-detail */
export interface KieRecord {
  taskId: string;
  model: string;
  state: TaskState;
  param: string;
  resultJson: string;
  failCode: string;
  failMsg: string;
  costTime: number | null;
  createTime: number;
  updateTime: number;
  completeTime: number | null;
  progress: number;
  creditsConsumed: number;
}

/** What recordInfo says of a task in a state. */
export function recordOf(task: KieTask, state: TaskState): KieRecord {
  const finished = task.finishedAtMs;
  return {
    taskId: task.id,
    model: task.model,
    state,
    param: paramOf(task),
    resultJson: state === 'success' ? JSON.stringify({ resultUrls: task.resultUrls }) : '',
    failCode: task.failCode,
    failMsg: task.failMsg,
    costTime: finished === null ? null : Math.round(task.durationTrueMs),
    createTime: task.createdAtMs,
    updateTime: finished ?? Date.now(),
    completeTime: finished,
    progress: 0,
    creditsConsumed: state === 'success' ? task.paidCredits : 0,
  };
}

function paramOf(task: KieTask): string {
  const asString = KIE_MODEL_ROWS.find((row) => row.id === task.model)?.paramInputIsString;
  return JSON.stringify({
    model: task.model,
    ...(task.callBackUrl === null ? {} : { callBackUrl: task.callBackUrl }),
    input: asString ? JSON.stringify(task.input) : task.input,
  });
}

/** `data` of Veo's record-info; its times are text. https://docs.kie.ai/veo3-api/get-veo-3-video-details */
export function veoRecordOf(task: KieTask): Record<string, unknown> {
  const done = task.outcome === 'success';
  return {
    taskId: task.id,
    paramJson: JSON.stringify({ ...task.input, callBackUrl: task.callBackUrl }),
    createTime: veoTime(task.createdAtMs),
    completeTime: task.finishedAtMs === null ? null : veoTime(task.finishedAtMs),
    successFlag: veoFlag(task),
    response: done
      ? { taskId: task.id, resultUrls: task.resultUrls, originUrls: originsOf(task), resolution: '720p' }
      : null,
    errorCode: task.outcome === 'fail' ? veoErrorCode(task) : null,
    errorMessage: task.failMsg,
    fallbackFlag: false,
  };
}

/** The body of Veo's callback: no `state`, no `resultJson`. https://docs.kie.ai/veo3-api/generate-veo-3-video-callbacks */
export function veoCallbackBody(task: KieTask): Record<string, unknown> {
  if (task.outcome !== 'success') {
    return { code: veoErrorCode(task), msg: task.failMsg, data: { taskId: task.id, fallbackFlag: false } };
  }
  const info = { resultUrls: task.resultUrls, originUrls: originsOf(task), resolution: '720p' };
  const data = { taskId: task.id, promptJson: JSON.stringify(task.input), info, fallbackFlag: false };
  return { code: 200, msg: 'Veo3.1 video generated successfully.', data };
}

function originsOf(task: KieTask): string[] {
  return task.resultUrls.map((url) => `${url}?origin=1`);
}

function veoFlag(task: KieTask): number {
  if (!task.outcome) return 0;
  if (task.outcome === 'success') return 1;
  return veoErrorCode(task) === 501 ? 3 : 2;
}

function veoErrorCode(task: KieTask): number {
  // The photo's too: its text says which.
  if (['moderation_text', 'moderation_image', 'photo'].includes(task.ending as string)) return 400;
  if (task.ending === 'internal' || task.ending === 'busy') return 501;
  const code = Number(task.failCode);
  return [400, 422, 500, 501].includes(code) ? code : 500;
}

function veoTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}
