import { Injectable } from '@nestjs/common';
import { ConsoleError } from './console.errors.js';
import { findPeople } from './find-people.js';
import type { HistoryRow, Page, PersonRow, PersonView } from './protocol.js';
import type { PeopleQuery } from './queries.schemas.js';
import { Filter, HISTORY, NOTICE, PAGE_ROWS, pageOf, placeOf, ReadOnly } from './read-only.js';
import { readSearch } from './search.rules.js';

const ROW = `u.id, u.tg_user_id::text as "tgUserId", u.username, concat_ws(' ', u.first_name, u.last_name) as name, u.credits, u.language,
  u.created_at as "createdAt", u.blocked_at as "blockedAt", u.banned_at as "bannedAt", u.erased_at as "erasedAt"`;

const REST = `u.consented_at as "consentedAt", u.email is not null as "hasEmail",
  jobs.total as "jobsTotal", jobs.failed as "jobsFailed", jobs.in_flight as "jobsInFlight",
  paid.kopecks as "paidKopecks", paid.stars as "paidStars", paid.owed as "creditsOwed",
  s.state->>'step' as "conversationStep", s.updated_at as "conversationAt"`;

const JOBS = `select count(*)::int as total, count(*) filter (where j.status = 'failed')::int as failed,
    count(*) filter (where j.status in ('queued', 'processing'))::int as in_flight
  from jobs j where j.user_id = u.id`;

/** Refunds are in the unit of the amount. */
const PAID = `select coalesce(sum(p.amount_kopecks - p.refunded_kopecks) filter (where p.provider = 'yookassa'), 0)::int as kopecks,
    coalesce(sum(p.amount_stars - p.refunded_kopecks) filter (where p.provider = 'telegram_stars'), 0)::int as stars,
    coalesce(sum(p.credits_owed), 0)::int as owed
  from payments p where p.user_id = u.id and p.status = 'completed'`;

/** People, as operators look for them. */
@Injectable()
export class PeopleReader {
  constructor(private readonly readOnly: ReadOnly) {}

  list({ text, only, after }: PeopleQuery): Promise<Page<PersonRow>> {
    return this.readOnly.run(async (manager) => {
      const filter = new Filter();
      if (only === 'banned') filter.add('u.banned_at is not null');
      if (only === 'blocked') filter.add('u.blocked_at is not null');
      if (text) filter.add('u.id = any(?::uuid[])', await findPeople(manager, readSearch(text)));
      filter.after(after, 'u');
      return pageOf(
        await manager.query<(PersonRow & { cursorAt: string })[]>(
          `select ${ROW}, u.created_at::text as "cursorAt" from users u where ${filter.sql}
            order by u.created_at desc, u.id desc limit ${PAGE_ROWS + 1}`,
          filter.values,
        ),
      );
    });
  }

  /** Everything about one person but their lists. @throws ConsoleError 404. */
  read(id: string): Promise<PersonView> {
    return this.readOnly.run(async (manager) => {
      const [person] = await manager.query<PersonView[]>(
        `select ${ROW}, ${REST} from users u
          cross join lateral (${JOBS}) jobs cross join lateral (${PAID}) paid
          left join bot_sessions s on s.chat_id = u.tg_user_id
          where u.id = $1`,
        [id],
      );
      if (!person) throw new ConsoleError(404, 'There is no such person.');
      const notices = await manager.query<PersonView['notices']>(
        `select ${NOTICE} from notices n where n.user_id = $1 order by n.id desc limit ${PAGE_ROWS}`,
        [id],
      );
      return { ...person, notices };
    });
  }

  /** The ledger of a person. */
  listHistory(userId: string, after: string | undefined): Promise<Page<HistoryRow>> {
    return this.readOnly.run(async (manager) => {
      // By id, as the index has it: one person's rows are written one after another.
      const filter = new Filter()
        .add('h.user_id = ?', userId)
        .add('h.id < ?::bigint', placeOf(after, 'bigint')?.id);
      return pageOf(
        await manager.query<(HistoryRow & { cursorAt: string })[]>(
          `select ${HISTORY}, h.created_at::text as "cursorAt" from credits_history h
            where ${filter.sql} order by h.id desc limit ${PAGE_ROWS + 1}`,
          filter.values,
        ),
      );
    });
  }
}
