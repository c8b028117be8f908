import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assetPath, SANDBOX_VIDEO } from '../../sandbox/assets/index.js';
import { encodeCallback, TelegramClient } from '../../src/modules/telegram/index.js';
import { BotWorld, type Talker } from './bot-app.js';
import { beginner, DESCRIPTION, walkTo } from './walks.js';

let world: BotWorld;
let telegram: TelegramClient;

beforeAll(async () => {
  world = await BotWorld.create();
  const { app } = await world.startBot({
    env: { KIE_MODELS_OFFERED: 'grok-imagine-video-1-5-preview,kling/v3-turbo-image-to-video' },
  });
  telegram = app.get(TelegramClient);
});
afterAll(() => world.destroy());

/** Somebody with one order of so many videos, which nobody has begun. */
async function orderer(count: 1 | 3 = 1): Promise<Talker> {
  const talker = await walkTo(world, 'count');
  await world.database.query('select add_credits($1, 3)', [talker.id]);
  await talker.taps('Grok Imagine');
  await talker.taps(`Videos: ${count}`);
  await talker.taps('Start for');
  return talker;
}

/** Makes the person's job one that is finished and was sent. */
async function finish(talker: Talker): Promise<{ jobId: string; fileId: string }> {
  const jobId = (await talker.jobs())[0]?.id ?? '';
  const { messageId, fileId } = await telegram.sendVideo(
    talker.id,
    { filePath: assetPath('video.mp4'), ...SANDBOX_VIDEO },
    { text: 'the first time' },
  );
  await world.database.query(
    `update jobs set status = 'completed', step = 'deliver', started_at = now() - interval '2 min', finished_at = now(),
            wake_at = null, video_message_id = $2, video_file_id = $3 where id = $1`,
    [jobId, messageId, fileId],
  );
  return { jobId, fileId: fileId ?? '' };
}

describe('/videos', () => {
  it('of somebody who has none leads to the first', async () => {
    const talker = await beginner(world);
    await talker.says('/videos');
    await talker.taps('Fresh content');
    expect(talker.seen.text).toContain('Where will the video go?');
  });

  it('gives up no draft without offering to go on with it', async () => {
    const talker = await walkTo(world, 'template');
    await talker.says('/menu');
    await talker.taps('My videos');
    expect(talker.buttons()).toContain('▶️ Continue the draft');
    await talker.taps('Continue the draft');
    expect(talker.seen.text).toContain('Which style');
  });

  it('says where every video is', async () => {
    const talker = await orderer(3);
    await finish(talker);
    await talker.says('/videos');
    const { text } = talker.seen;
    expect(text.match(/Travel mug/g)).toHaveLength(3);
    expect(text).toContain('Ready');
    expect(text).toContain('queue');
  });

  it('sends a finished video again at once, with what can be done with it', async () => {
    const talker = await orderer();
    const { fileId } = await finish(talker);
    await talker.says('/videos');
    await talker.taps('▶️ 1');
    const sent = world.telegram.calls('sendVideo').findLast(({ args }) => args['chat_id'] === talker.id);
    expect(sent?.args['video']).toBe(fileId);
    expect(talker.seen).toMatchObject({ kind: 'video' });
    expect(talker.seen.text).toContain('Travel mug');
    await talker.taps('Another video of this product');
    expect(talker.seen.text).toContain('Which style');
  });

  it('shows a video that Telegram does not send any more in words', async () => {
    const talker = await orderer();
    await finish(talker);
    const refusal = 'Bad Request: wrong file_id or the file is temporarily unavailable';
    world.telegram.failNext('sendVideo', { status: 400, description: refusal, chatId: talker.id });
    await talker.says('/videos');
    await talker.taps('▶️ 1');
    expect(talker.seen.text).toContain('Travel mug');
    // No word of it would look as if nothing had happened.
    expect(talker.seen.text).toContain('You will find it further up in this chat');
    expect(talker.buttons()).toContain('🏠 Menu');
  });

  it('F-83 knows nothing of somebody else’s', async () => {
    const owner = await orderer();
    const { jobId } = await finish(owner);
    const [order] = await world.database.query<{ order_id: string }>(
      'select order_id from jobs where id = $1',
      [jobId],
    );
    const thief = await beginner(world);
    const { messageId } = thief.seen;
    await thief.tapsData(encodeCallback('video', jobId), messageId);
    expect(thief.seen.text).toContain('could not find that video');
    await thief.tapsData(encodeCallback('variant', jobId), messageId);
    expect(thief.seen.text).toContain('could not find that order');
    await thief.tapsData(encodeCallback('cancel', order?.order_id ?? ''), messageId);
    expect(thief.seen.text).toContain('could not find that order');
  });
});

describe('another variant', () => {
  it('goes straight to confirm with everything as it was', async () => {
    const talker = await orderer();
    const { jobId } = await finish(talker);
    await talker.tapsData(encodeCallback('variant', jobId), talker.seen.messageId);
    expect(talker.seen.text).toContain('All correct?');
    expect(talker.seen.text).toContain(DESCRIPTION);
    await talker.taps('Start for 1');
    const jobs = await talker.jobs();
    expect(jobs).toHaveLength(2);
    expect(jobs[1]).toMatchObject({ prompt_input: DESCRIPTION, photo_path: jobs[0]?.photo_path });
  });
});

describe('cancelling', () => {
  it('before anybody has begun brings the credits back, however often it is tapped', async () => {
    const talker = await orderer(3);
    expect(await talker.row()).toMatchObject({ credits: 2 });
    const { messageId } = talker.seen;
    const cancel = (talker.seen.keyboard ?? []).flat().find(({ text }) => text.includes('Cancel'));
    const data = cancel?.callback_data ?? '';
    expect(await talker.tapsData(data, messageId)).toContain('Cancelling');
    expect(await talker.row()).toMatchObject({ credits: 5 });
    await talker.tapsData(data, messageId);
    expect(await talker.row()).toMatchObject({ credits: 5 });
    await talker.says('/videos');
    expect(talker.seen.text.match(/Cancelled/gi)?.length).toBeGreaterThan(0);
  });

  it('of what is filmed already says so', async () => {
    const talker = await orderer();
    await world.database.query(
      `update jobs set status = 'processing', step = 'generate', started_at = now()
        where user_id = (select id from users where tg_user_id = $1)`,
      [talker.id],
    );
    await talker.taps('Cancel');
    expect(talker.seen.text).toContain('filming has begun');
    expect(await talker.row()).toMatchObject({ credits: 4 });
  });
});

describe('the model', () => {
  it('is chosen with its price, which the order takes', async () => {
    const talker = await walkTo(world, 'count');
    await talker.taps('Kling 3 Turbo');
    expect(talker.seen.text).toContain('How many videos');
    await talker.taps('Videos: 1');
    expect(talker.seen.text).toContain('Kling 3 Turbo');
    await talker.taps('Start for 2 credits');
    expect(await talker.row()).toMatchObject({ credits: 0 });
    const [job] = await world.database.query<{ options: { model: string } }>(
      'select options from jobs where user_id = (select id from users where tg_user_id = $1)',
      [talker.id],
    );
    expect(job?.options.model).toBe('kling/v3-turbo-image-to-video');
  });
});
