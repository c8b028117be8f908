import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { describeDatabase, EXIT_BAD, EXIT_OK, CommandError, runCommand } from './command-line.js';

const USAGE = `npm run erase -- <user id> …   erase people as /delete_me does, by their ids in the table users
It needs the settings of the application. Exit code: 0 all of them are erased, 1 somebody is not, 2 it could not run.`;

const USER_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** After a restore: who had themselves erased since the backup is erased again. Repeated, it finds them erased. */
await runCommand(async () => {
  const userIds = process.argv.slice(2);
  if (userIds.length === 0 || userIds.includes('--help')) {
    console.log(USAGE);
    return userIds.length === 0 ? EXIT_BAD : EXIT_OK;
  }
  const wrong = userIds.find((id) => !USER_ID.test(id));
  if (wrong) throw new CommandError(`${wrong} is no user id\n${USAGE}`);

  const app = await openApplication();
  try {
    let left = 0;
    for (const userId of new Set(userIds)) if (!(await eraseOne(app, userId))) left += 1;
    return left === 0 ? EXIT_OK : EXIT_BAD;
  } finally {
    await app.close();
  }
});

/** The modules that an erasure takes, and nothing that serves or works. */
async function openApplication(): Promise<INestApplicationContext> {
  const [{ NestFactory }, { loadEnv, PlatformModule }, { AccountErasureModule }] = await Promise.all([
    import('@nestjs/core'),
    import('../platform/index.js'),
    import('../modules/bot/index.js'),
  ]);
  const env = loadEnv();
  console.log(`Erasing people of ${describeDatabase(env.DATABASE_URL)}`);
  const module = {
    module: class EraseModule {},
    imports: [PlatformModule.forRoot(env), AccountErasureModule],
  };
  return NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
}

/** Whether the person is erased now. */
async function eraseOne(app: INestApplicationContext, userId: string): Promise<boolean> {
  const { AccountErasure } = await import('../modules/bot/index.js');
  const { UsersService } = await import('../modules/users/index.js');
  const user = await app.get(UsersService, { strict: false }).find(userId);
  if (!user) {
    console.log(`${userId}: nobody, or erased already`);
    return true;
  }
  const erasure = app.get(AccountErasure);
  const look = await erasure.look(user);
  const outcome = look.kind === 'free' ? await erasure.erase(user, look.credits) : look;
  if (outcome.kind === 'busy') {
    const { videos, payments } = outcome;
    console.log(
      `${userId}: not yet, ${videos} videos and ${payments} payments are under way; try again later`,
    );
  } else {
    console.log(
      outcome.kind === 'erased' ? `${userId}: erased` : `${userId}: the balance has just changed; try again`,
    );
  }
  return outcome.kind === 'erased';
}
