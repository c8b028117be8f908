/** node two-row-write.mjs URL CLIENTS MS 2|6: charges for MS, then as many refunds; with 6, a charge writes a job and an event too. */
import pg from 'pg';
const [url, clients, ms, rows] = process.argv.slice(2).map((word, index) => (index ? Number(word) : word));
const pool = new pg.Pool({ connectionString: url, max: clients });
await pool.query(`
  create table if not exists balances (id bigint primary key, credits integer not null);
  create table if not exists history (id serial primary key, owner bigint, amount integer, balance integer);
  create table if not exists jobs (id uuid primary key default gen_random_uuid(), owner bigint, words text);
  create table if not exists events (id serial primary key, job uuid);
  create or replace function write_rows(p_owner bigint, p_amount integer) returns void language plpgsql as $$
  declare v_balance integer; v_job uuid; begin if ${rows} = 6 and p_amount < 0 then
      insert into jobs (owner, words) values (p_owner, 'A red mug') returning id into v_job;
      insert into events (job) values (v_job); end if;
    update balances set credits = credits + p_amount where id = p_owner returning credits into v_balance;
    insert into history (owner, amount, balance) values (p_owner, p_amount, v_balance); end $$;
  insert into balances select n, 1000000 from generate_series(1, 1000) n on conflict do nothing`);
const write = (n, amount) => pool.query('select write_rows($1, $2)', [1 + (n % 1_000), amount]);
const startedAt = performance.now();
let left = 0;
const charge = async () => {
  while (performance.now() - startedAt < ms) await write(left++, -1);
};
await Promise.all(Array.from({ length: clients }, charge));
const pairs = left;
const refund = async () => {
  while (left > 0) await write(--left, 1);
};
await Promise.all(Array.from({ length: clients }, refund));
console.log(JSON.stringify({ pairs, tookMs: performance.now() - startedAt }));
await pool.end();
