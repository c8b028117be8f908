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

/** The way of a finished video to its person. */
export const deliveries: readonly Story[] = [sendRecovers, sendFails];
