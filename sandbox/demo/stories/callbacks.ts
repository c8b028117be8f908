import { randomUUID } from 'node:crypto';
import type { KieTaskView } from '../../kie/index.js';
import type { Stage } from '../stage.js';
import { expectJobs, fillAnother } from './checks.js';
import type { Story } from './story.js';

const REPEATS = 20;
const ANSWER_LATE_TRUE_MS = 60_000;

const callbacksMany: Story = {
  name: 'callbacks-many',
  title: 'Callbacks come early, twenty times, late and forged: one video, one credit',
  cast: { firstName: 'Рита', languageCode: 'ru' },
  async play(stage) {
    await stage.begin();
    const claimed = randomUUID().replaceAll('-', '');
    const reads = countReads(stage, claimed);
    const caption = stage.text('result.caption');
    const first = await early(stage);
    await stage.expectTally({ balance: 1, tasks: 1, paid: 1, sends: 1, videos: [caption], notices: [] });
    await forgedAddress(stage, first, claimed);
    const second = await forgedTask(stage, first);
    await repeated(stage, second);
    await stage.videosArrive(2);
    const [, job] = await expectJobs(stage, [{ status: 'completed' }, { status: 'completed' }]);
    const [row] = await stage.dataSource.query<{ result_url: string }[]>(
      'select result_url from jobs where id = $1',
      [job?.id],
    );
    stage.expect(row?.result_url.includes(second.id) ?? false, 'the second video is of its own task');
    for (const task of [first, second]) await stage.world.kie.sendCallback(task.id);
    await stage.expectTally({
      balance: 0,
      tasks: 2,
      paid: 2,
      sends: 2,
      videos: [caption, caption],
      notices: [],
    });
    stage.expect(reads.stop() === 0, 'KIE was not asked about an id that it never gave');
  },
};

/** The callback comes before createTask's answer. */
async function early(stage: Stage): Promise<KieTaskView> {
  stage.world.kie.nextTask({ callback: 'early', when: { promptIncludes: stage.mark } });
  await stage.order({ description: 'Серьги-кольца, серебро 925, 20 мм' });
  await stage.videosArrive(1);
  await stage.jobsOver(1);
  return stage.taskMade();
}

/** An address that nobody was given: refused, and nothing kept. Then the right one, with an id that KIE never gave. */
async function forgedAddress(stage: Stage, known: KieTaskView, claimed: string): Promise<void> {
  const url = known.callBackUrl ?? '';
  const status = await callBack(stage, url.replace(/[^/]+$/, randomUUID()), claimed);
  stage.expect(status === 404, 'a callback to an unknown address is answered 404', String(status));
  const [rows] = await stage.dataSource.query<{ n: number }[]>(
    'select count(*)::int as n from kie_callbacks where claimed_task_id = $1',
    [claimed],
  );
  stage.expect(rows?.n === 0, 'it leaves no row', String(rows?.n));
  await callBack(stage, url, claimed);
}

/** While createTask's answer is on its way, somebody names a task of their own that has ended well. */
async function forgedTask(stage: Stage, like: KieTaskView): Promise<KieTaskView> {
  const { kie } = stage.world;
  const strangers = await strangersTask(stage, like);
  kie.nextTask({ callback: 'never', when: { promptIncludes: stage.mark } });
  kie.failNext('createTask', {
    kind: 'slow',
    delayTrueMs: ANSWER_LATE_TRUE_MS,
    when: { includes: stage.mark },
  });
  await fillAnother(stage);
  await stage.person.tap('1:confirm');
  const task = await stage.taskMade(2);
  const status = await callBack(stage, task.callBackUrl ?? '', strangers);
  stage.expect(status === 200, 'the forged callback is taken for what it is worth', String(status));
  await stage.until('KIE is asked about it', () =>
    kie.tasks().some(({ id, reads }) => id === strangers && reads > 0),
  );
  return task;
}

/** A task that another program made with the same key. */
async function strangersTask({ world: { kie }, mark }: Stage, like: KieTaskView): Promise<string> {
  kie.nextTask({ durationTrueMs: 0, callback: 'never', when: { promptIncludes: mark } });
  const response = await fetch(`${kie.url}/api/v1/jobs/createTask`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${like.key}`,
      'content-type': 'application/json',
      'user-agent': 'another program',
    },
    body: JSON.stringify({ model: like.model, input: like.input }),
  });
  const { data } = (await response.json()) as { data: { taskId: string } };
  return data.taskId;
}

/** KIE ends the task and says so many times at once, in both spellings, and again where no answer came. */
async function repeated(stage: Stage, { id }: KieTaskView): Promise<void> {
  const { kie } = stage.world;
  await stage.until('KIE has the video', () => kie.tasks().some((task) => task.id === id && task.outcome));
  stage.expect(stage.person.videos().length === 1, 'the forged callback brought no video');
  const tell = (index: number) =>
    stage.until('a callback is answered', () => kie.sendCallback(id, { snakeCase: index % 2 === 1 }));
  await Promise.all(Array.from({ length: REPEATS }, (_, index) => tell(index)));
  const statuses =
    kie
      .tasks()
      .find((task) => task.id === id)
      ?.callbacks.map(({ status }) => status) ?? [];
  const others = statuses.filter((status) => status !== 200 && status !== null);
  stage.expect(others.length === 0, 'each that is answered is answered 200', others.join());
}

/** Sends it until it is answered. @returns the status. */
async function callBack(stage: Stage, url: string, taskId: string): Promise<number> {
  let status = 0;
  await stage.until('a callback is answered', async () => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: 200, msg: 'success', data: { taskId, state: 'success' } }),
    }).catch(() => null);
    status = answer?.status ?? 0;
    return answer !== null;
  });
  return status;
}

/** Counts the calls to KIE that name a task, until it is stopped. */
function countReads({ world }: Stage, taskId: string): { stop(): number } {
  let reads = 0;
  const stop = world.kie.onCall(({ url }) => {
    if (url.includes(taskId)) reads += 1;
  });
  return {
    stop: () => {
      stop();
      return reads;
    },
  };
}

/** What KIE tells us, and what others tell us in its name. */
export const callbacks: readonly Story[] = [callbacksMany];
