import pg from 'pg';
import { firstNameOf, personIdOf } from './updates.js';

/** What the bench does in the database of the bot. */
export class BotDatabase {
  private constructor(private readonly client: pg.Client) {}

  static async open(url: string): Promise<BotDatabase> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return new BotDatabase(client);
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  /** So many people, numbered from 0, have agreed before. */
  async addPeople(count: number): Promise<void> {
    const people = Array.from({ length: count }, (_, person) => person);
    await this.client.query(
      `select register_user(id, null, name, null, 'en', p_consented => true)
         from unnest($1::bigint[], $2::text[]) as person (id, name)`,
      [people.map(personIdOf), people.map(firstNameOf)],
    );
    await this.client.query('analyze');
  }

  /** How many of these updates are remembered as done. */
  async countDone(firstUpdateId: number, count: number): Promise<number> {
    const { rows } = await this.client.query<{ done: number }>(
      `select count(distinct id)::int as done from bot_sessions, unnest(done) as id where id >= $1 and id < $2`,
      [firstUpdateId, firstUpdateId + count],
    );
    return rows[0]?.done ?? 0;
  }
}
