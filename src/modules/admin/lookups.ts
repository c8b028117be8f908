import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Job } from '../jobs/index.js';
import { LEFT_TO_REFUND, Payment } from '../payments/index.js';
import { CreditsHistory } from '../credits/index.js';
import { User } from '../users/index.js';

/** How an operator names a person. */
export type Who = { tgUserId: number } | { username: string } | { userId: string };

/** Two people may have had one name, one after the other: no more of them are shown. */
const NAMESAKES_MAX = 5;
const RECENT_JOBS_MAX = 6;
const RECENT_PAYMENTS_MAX = 5;
const MOVEMENTS_MAX = 20;
const EVENTS_MAX = 15;
const TASKS_MAX = 3;

/** A person as operators see them. */
export interface PersonLook {
  user: User;
  orders: number;
  completed: number;
  failed: number;
  inFlight: number;
  /** Credits that refunds could not take back. */
  owed: number;
  /** The newest first. */
  jobs: Pick<Job, 'id' | 'status' | 'failureReason' | 'createdAt'>[];
  /** The newest first. */
  payments: Payment[];
}

/** A video as operators see it. */
export interface JobLook {
  job: Job;
  user: User | null;
  /** Its timeline, the newest of it, the oldest first. */
  events: { event: string; at: Date }[];
  /** What KIE said to its last tasks, the newest first. */
  tasks: {
    model: string;
    state: string;
    taskId: string | null;
    errorText: string | null;
    cost: number | null;
  }[];
}

/** A payment as operators see it before they give it back. */
export interface PaymentLook {
  payment: Payment;
  /** What can still be given back, in its unit: without what is on its way. */
  left: number;
  /** Null for somebody who was erased. */
  user: User | null;
}

/** What operators look at before they do something. Reads only; nobody who was erased is found by what they were called. */
@Injectable()
export class Lookups {
  constructor(private readonly dataSource: DataSource) {}

  /** Everybody who is meant, those seen last first. */
  findPeople(who: Who): Promise<User[]> {
    const query = this.dataSource.manager
      .createQueryBuilder(User, 'u')
      .where('u.erasedAt is null')
      .orderBy('u.updatedAt', 'DESC')
      .limit(NAMESAKES_MAX);
    if ('tgUserId' in who) query.andWhere('u.tgUserId = :tgUserId', who);
    else if ('userId' in who) query.andWhere('u.id = :userId', who);
    else query.andWhere('lower(u.username) = lower(:username)', who);
    return query.getMany();
  }

  /** @returns null where there is no such person any more. */
  async person(userId: string): Promise<PersonLook | null> {
    const [user] = await this.findPeople({ userId });
    if (!user) return null;
    const { manager } = this.dataSource;
    const [counts] = await manager.query<Omit<PersonLook, 'user' | 'jobs' | 'payments' | 'owed'>[]>(
      `select count(distinct order_id)::int as orders, count(*) filter (where status = 'completed')::int as completed,
              count(*) filter (where status = 'failed')::int as failed,
              count(*) filter (where status in ('queued', 'processing'))::int as "inFlight"
         from jobs where user_id = $1`,
      [userId],
    );
    const [owing] = await manager.query<{ owed: number }[]>(
      'select coalesce(sum(credits_owed), 0)::int as owed from payments where user_id = $1',
      [userId],
    );
    const newest = { where: { userId }, order: { createdAt: 'desc' } } as const;
    return {
      user,
      ...(counts ?? { orders: 0, completed: 0, failed: 0, inFlight: 0 }),
      owed: owing?.owed ?? 0,
      jobs: await manager.find(Job, { ...newest, take: RECENT_JOBS_MAX }),
      payments: await manager.find(Payment, { ...newest, take: RECENT_PAYMENTS_MAX }),
    };
  }

  /** The last movements of a person's credits, the newest first. */
  statement(userId: string): Promise<CreditsHistory[]> {
    return this.dataSource.manager.find(CreditsHistory, {
      ...{ where: { userId }, order: { id: 'desc' }, take: MOVEMENTS_MAX },
    });
  }

  async job(jobId: string): Promise<JobLook | null> {
    const { manager } = this.dataSource;
    const job = await manager.findOneBy(Job, { id: jobId });
    if (!job) return null;
    const [user] = await this.findPeople({ userId: job.userId });
    const events = await manager.query<JobLook['events']>(
      'select event, at from job_events where job_id = $1 order by id desc limit $2',
      [jobId, EVENTS_MAX],
    );
    const tasks = await manager.query<JobLook['tasks']>(
      `select model, state, task_id as "taskId", error_text as "errorText", credits_consumed::float8 as cost
         from kie_tasks where job_id = $1 order by attempt desc limit $2`,
      [jobId, TASKS_MAX],
    );
    return { job, user: user ?? null, events: events.reverse(), tasks };
  }

  async payment(paymentId: string): Promise<PaymentLook | null> {
    const { manager } = this.dataSource;
    const payment = await manager.findOneBy(Payment, { id: paymentId });
    const [row] = await manager.query<{ left: number }[]>(
      `select ${LEFT_TO_REFUND} as left from payments p where p.id = $1`,
      [paymentId],
    );
    if (!payment || !row) return null;
    const [user] = await this.findPeople({ userId: payment.userId });
    return { payment, left: row.left, user: user ?? null };
  }
}
