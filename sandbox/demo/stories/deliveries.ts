import type { Stage } from '../stage.js';
import { expectJobs } from './checks.js';
import type { Story } from './story.js';

const sendRecovers: Story = {
  name: 'send-recovers',
  title: 'Telegram fails twice, the third send works: the same video, not a new one',
  cast: { firstName: 'Вера', languageCode: 'ru' },
  async play(stage) {
    const { person, world } = stage;
    await stage.begin();
    world.telegram.failNext('sendVideo', { status: 500, chatId: person.id });
    world.telegram.failNext('sendVideo', {
      status: 502,
      body: '<html>Bad Gateway</html>',
      chatId: person.id,
    });
    await stage.order({ description: 'Набор из трёх свечей из соевого воска, 30 часов каждая' });
    await stage.videosArrive(1);
    await expectJobs(stage, [{ status: 'completed' }]);
    await stage.expectTally({
      balance: 1,
      tasks: 1,
      paid: 1,
      sends: 3,
      videos: [stage.text('result.caption')],
      notices: [],
    });
  },
};

const sendFails: Story = {
  name: 'send-fails',
  title: 'Three sends of one video fail: the credit is back, and nothing is filmed again',
  cast: { firstName: 'Mike', languageCode: 'en' },
  async play(stage) {
    const { person, world } = stage;
    await stage.begin();
    world.telegram.failNext('sendVideo', { status: 500, chatId: person.id, times: 9 });
    await stage.order({ description: 'Yoga mat, 6 mm, natural rubber, with a strap' });
    await expectJobs(stage, [{ status: 'failed', failure_reason: 'send_failed' }]);
    await stage.expectTally({
      balance: 2,
      tasks: 1,
      paid: 1,
      sends: 3,
      videos: [],
      notices: [stage.noticeText('send_failed', 2)],
    });
  },
};

const blocked: Story = {
  name: 'blocked',
  title: 'The person blocks the bot: the video is kept, and comes when they return',
  cast: { firstName: 'Костя', languageCode: 'ru' },
  async play(stage) {
    const { person, world } = stage;
    await stage.begin();
    await stage.order({ description: 'Кожаный кошелёк ручной работы, шесть карманов' });
    await stage.taskMade();
    world.telegram.block(person.id);
    await expectJobs(stage, [{ status: 'completed', sends: 0 }]);
    await stage.expectBalance(1);
    stage.expect(person.videos().length === 0, 'no video came');
    const refused = stage.sends().length;
    world.telegram.unblock(person.id);
    person.say('/start');
    await stage.videosArrive(1);
    await stage.expectTally({
      balance: 1,
      tasks: 1,
      paid: 1,
      sends: refused + 1,
      videos: [stage.text('result.parked')],
      notices: [],
    });
  },
};

const expiredResult: Story = {
  name: 'expired-result',
  title: "The result's link has expired: a fresh one, and the video comes",
  cast: { firstName: 'Sara', languageCode: 'en' },
  async play(stage) {
    const { kie } = stage.world;
    await stage.begin();
    const fresh = countFreshLinks(stage);
    kie.nextTask({ result: 'expired_403', when: { promptIncludes: stage.mark } });
    try {
      await stage.order({ description: 'Ceramic vase, matt white, 24 cm' });
      await stage.videosArrive(1);
      const task = await stage.taskMade();
      stage.expect(fresh.of(task.id) === 1, 'one fresh link was asked for', String(fresh.of(task.id)));
    } finally {
      fresh.stop();
    }
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

function countFreshLinks({ world }: Stage): { of(taskId: string): number; stop(): void } {
  const bodies: string[] = [];
  const stop = world.kie.onCall(({ url, request }) => {
    if (url.includes('/download-url')) bodies.push(JSON.stringify(request));
  });
  return { of: (taskId) => bodies.filter((body) => body.includes(taskId)).length, stop };
}

/** The way of a finished video to its person. */
export const deliveries: readonly Story[] = [sendRecovers, sendFails, blocked, expiredResult];
