import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PersonVideos, type VideoView } from '../../src/modules/jobs/index.js';
import { JobsWorld, type Customer } from './jobs-world.js';

const PAGE_SIZE = 4;

// No worker: a video is what these tests make of it.
describe('where is my video', () => {
  let world: JobsWorld;
  let videos: PersonVideos;
  let seller: Customer;
  let photoPath: string;

  beforeAll(async () => {
    world = await JobsWorld.start({ roles: 'bot', env: { JOBS_IN_FLIGHT_PER_USER_MAX: '20' } });
    videos = world.get(PersonVideos);
    seller = await world.customer({ credits: 20 });
    photoPath = await seller.photoPath();
  });

  afterAll(() => world.stop());

  /** A new video, changed by hand to what it is about. */
  async function viewWith(changes?: string): Promise<VideoView> {
    const jobId = await seller.orderOne({ photoPath });
    if (changes) await world.query(`update jobs set ${changes} where id = $1`, [jobId]);
    const view = await videos.find(seller.user.id, jobId);
    if (!view) throw new Error('no video');
    return view;
  }

  const OVER = 'finished_at = now(), wake_at = null';
  const DONE = `status = 'completed', step = 'deliver', started_at = now(), ${OVER}`;
  const SENT = `video_message_id = 5, video_file_id = 'BAAC'`;

  it.each<[string, string, Partial<VideoView>]>([
    ['sent', `${DONE}, ${SENT}`, { fileId: 'BAAC', sent: true }],
    ['of another kind for Telegram', `${DONE}, video_message_id = 5`, { fileId: null, sent: true }],
    ['parked', `${DONE}, parked_at = now()`, { parked: true }],
    ['parked for too long', `${DONE}, parked_at = now() - interval '15 days'`, { parked: false }],
    ['back from being parked', `${DONE}, ${SENT}, parked_at = now()`, { sent: true, fileId: 'BAAC' }],
  ])('finds one that is %s', async (_what, changes, view) => {
    const seen = await viewWith(changes);
    const usual = { sent: false, parked: false, presented: false, fileId: null, creditsBack: 0 };
    expect(seen).toMatchObject({
      ...usual,
      ...view,
      failureReason: null,
      finishedAt: expect.any(Date) as Date,
    });
    expect(seen.line).toEqual({ position: 1, stage: 'completed', percent: 100 });
  });

  it.each<[string, string, Partial<VideoView>]>([
    ['failed', `failure_reason = 'moderation_photo'`, { failureReason: 'moderation_photo' }],
    ['came late', `failure_reason = 'stuck', presented_at = now(), ${SENT}`, { presented: true, sent: true }],
    ['is still to come late', `failure_reason = 'stuck', presented_at = now()`, { presented: false }],
    ['was noted late', `failure_reason = 'stuck', ${SENT}`, { presented: true, fileId: 'BAAC' }],
  ])('finds one that %s, with its credit back', async (_what, changes, view) => {
    const seen = await viewWith(`status = 'failed', ${OVER}, ${changes}`);
    expect(seen).toMatchObject({ creditsBack: 1, line: { stage: 'failed' }, ...view });
  });

  it('finds one in the making, and one in the queue with its place', async () => {
    const begun = `status = 'processing', step = 'generate', started_at = now()`;
    expect(await viewWith(begun)).toMatchObject({
      ...{ finishedAt: null, creditsBack: 0, fileId: null, sent: false, product: 'A steel thermos, 450 ml' },
      line: { stage: 'generate', percent: 10 },
    });
    const ahead = await world.query(`select 1 from jobs where status = 'queued'`);
    const { line } = await viewWith();
    expect(line).toMatchObject({ stage: 'prompt', place: ahead.length + 1 });
  });

  it('lists all of a person, the newest order first, page by page', async () => {
    const customer = await world.customer({ credits: 9 });
    const [old, middle] = [
      await customer.order({ count: 3, photoPath }),
      await customer.order({ count: 1, photoPath }),
    ];
    const young = await customer.order({
      count: 5,
      photoPath,
      template: 'ugc',
      description: 'A mug',
      prompt: null,
    });
    await world.query(
      `update jobs set status = 'failed', failure_reason = 'cancelled', ${OVER} where order_id = $1`,
      [old.orderId],
    );
    const list = (page: number) => videos.list(customer.user.id, { page, pageSize: PAGE_SIZE });
    const pages = [await list(0), await list(1), await list(2)];
    const inOrder = [...young.jobIds, ...middle.jobIds, ...old.jobIds];
    expect(pages.flatMap(({ videos }) => videos.map(({ jobId }) => jobId))).toEqual(inOrder);
    expect(pages.map(({ page, pages: of, firstNumber }) => [page, of, firstNumber])).toEqual([
      [0, 3, 1],
      [1, 3, 5],
      [2, 3, 9],
    ]);
    expect(pages[0]?.videos[1]).toMatchObject({ position: 2, count: 5, product: 'A mug', template: 'ugc' });
    expect(pages[2]?.videos[0]).toMatchObject({ line: { stage: 'cancelled' }, failureReason: 'cancelled' });
    // Buttons outlive what they lead to.
    expect((await list(99)).firstNumber).toBe(9);
    expect((await list(-1)).firstNumber).toBe(1);
    const inFlight = await videos.listInFlight(customer.user.id);
    expect(inFlight.map(({ jobId }) => jobId)).toEqual([...young.jobIds, ...middle.jobIds]);
  });

  it('has one empty page for whoever has none', async () => {
    const { user } = await world.customer();
    const page = { videos: [], page: 0, pages: 1, firstNumber: 1 };
    expect(await videos.list(user.id, { page: 3, pageSize: PAGE_SIZE })).toEqual(page);
    expect(await videos.listInFlight(user.id)).toEqual([]);
  });

  it('F-83 shows nobody the video of another', async () => {
    const [anna, emma] = [await world.customer(), await world.customer()];
    const jobId = await anna.orderOne({ photoPath });
    expect(await videos.find(emma.user.id, jobId)).toBeNull();
    expect(await videos.find(emma.user.id, randomUUID())).toBeNull();
    expect((await videos.list(emma.user.id, { page: 0, pageSize: 9 })).videos).toEqual([]);
    expect(await videos.find(anna.user.id, jobId)).toMatchObject({ jobId });
  });
});
