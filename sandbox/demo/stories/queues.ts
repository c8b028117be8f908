import type { Stage } from '../stage.js';
import { columnOfJob, expectJobs } from './checks.js';
import type { Story } from './story.js';

/** A poll comes 30 s after the one before; what lost its wake-up is found within 60 s more. */
const POLL_TRUE_MS = 30_000;
const REFILLED_WITHIN_TRUE_MS = 60_000;
/** The sandbox does not look for lost wake-ups faster than a busy machine works, however fast its clock. */
const REFILLED_WITHIN_REAL_MS_MIN = 6_000;

const queueEmptied: Story = {
  name: 'queue-emptied',
  title: 'The queues are emptied while KIE films: the cron fills them again',
  cast: { firstName: 'Oscar', languageCode: 'en' },
  alone: true,
  undisturbed: true,
  async play(stage) {
    await stage.begin();
    // Without a callback only the wake-up in the queue brings the video.
    stage.world.kie.nextTask({ callback: 'never', when: { promptIncludes: stage.mark } });
    await stage.order({ description: 'Cordless drill with two batteries in a case' });
    await stage.until('KIE films', async () => (await columnOfJob(stage, 'step')) === 'generate');
    const readsBefore = await readsOf(stage);
    const emptied = await stage.emptyQueues();
    stage.expect(emptied > 0, 'there was something in the queues');
    const emptiedAt = performance.now();
    await stage.until('KIE is asked again', async () => (await readsOf(stage)) > readsBefore);
    const tookMs = performance.now() - emptiedAt;
    stage.expect(
      tookMs <= patienceMs(stage),
      'the queue is filled again in time',
      `${Math.round(tookMs)} ms`,
    );
    await stage.videosArrive(1);
    await expectJobs(stage, [{ status: 'completed' }]);
    await stage.expectTally({
      balance: 1,
      tasks: 1,
      paid: 1,
      sends: 1,
      videos: [stage.text('result.caption')],
      notices: [],
    });
  },
};

function patienceMs({ world: { clock } }: Stage): number {
  return (
    clock.realMs(POLL_TRUE_MS) + Math.max(clock.realMs(REFILLED_WITHIN_TRUE_MS), REFILLED_WITHIN_REAL_MS_MIN)
  );
}

async function readsOf(stage: Stage): Promise<number> {
  return (await stage.taskMade()).reads;
}

/** What happens to the queues. */
export const queues: readonly Story[] = [queueEmptied];
