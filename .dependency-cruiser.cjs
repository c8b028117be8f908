/**
 * The architecture as rules: which module may enter which (docs/architecture.md), only through index.ts, rules stay pure.
 * test/architecture.spec.ts runs them, and shows that each of them can fail.
 */

/** Who may enter whom. A module that is not named here enters nobody but the platform. */
const ARROWS = {
  telegram: [],
  users: [],
  credits: [],
  kie: [],
  prompts: [],
  photos: [],
  jobs: ['credits', 'kie', 'prompts', 'photos', 'notifications', 'telegram'],
  payments: ['credits', 'users', 'notifications', 'telegram'],
  notifications: ['users', 'telegram'],
  admin: ['jobs', 'payments', 'credits', 'kie', 'users', 'notifications', 'telegram'],
  bot: ['jobs', 'payments', 'credits', 'users', 'photos', 'notifications', 'telegram', 'admin'],
  console: [
    ...['jobs', 'payments', 'credits', 'kie', 'users', 'notifications', 'telegram', 'admin'],
    ...['photos', 'prompts'],
  ],
};

const arrowRules = Object.entries(ARROWS).map(([from, allowed]) => ({
  name: `arrow-${from}`,
  comment: `src/modules/${from} may enter: ${allowed.join(', ') || 'nobody'}`,
  severity: 'error',
  from: { path: `^src/modules/${from}/` },
  to: { path: '^src/modules/', pathNot: `^src/modules/(${[from, ...allowed].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...arrowRules,
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^(src|sandbox|chaos|bench|migrations|web)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'only-through-index',
      comment: 'A module is entered through its index.ts, or its light.ts.',
      severity: 'error',
      from: { path: '^(src/modules/([^/]+)|src|sandbox|chaos|bench)/' },
      to: {
        path: '^src/modules/([^/]+)/.+',
        pathNot: ['^src/modules/[^/]+/(index|light)\\.ts$', '^src/modules/$2/'],
      },
    },
    {
      name: 'platform-only-through-index',
      severity: 'error',
      from: { path: '^(src/modules|src/[^/]+\\.ts$|src/commands|src/doctor|sandbox|chaos|bench)' },
      to: { path: '^src/platform/.+', pathNot: '^src/platform/((index|light)\\.ts$|database/index\\.ts$)' },
    },
    {
      name: 'light-doors-are-for-programs',
      comment:
        'Inside of the application there is one door per module: what programs enter by, modules do not.',
      severity: 'error',
      from: { path: '^src/modules/', pathNot: '/light\\.ts$' },
      to: { path: ['^src/(modules/[^/]+|platform)/light\\.ts$', '^src/platform/database/'] },
    },
    {
      name: 'platform-knows-no-module',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/modules/' },
    },
    {
      name: 'src-knows-no-sandbox',
      comment: 'Nothing in the product knows that a sandbox exists.',
      severity: 'error',
      from: { path: '^(src|migrations)/' },
      to: { path: '^(sandbox|web|bench|chaos)/' },
    },
    {
      name: 'src-knows-no-tests',
      comment: 'But for the specs beside the code, which share what they try it with.',
      severity: 'error',
      from: { path: '^(src|migrations)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^test/' },
    },
    {
      name: 'sandbox-knows-no-chaos',
      severity: 'error',
      from: { path: '^sandbox/' },
      to: { path: '^(test|bench|chaos|web)/' },
    },
    {
      name: 'web-knows-only-the-protocol',
      comment: 'The page runs in browsers: of the rest it takes the types of what the sandbox says to it.',
      severity: 'error',
      from: { path: '^web/' },
      to: {
        path: '^(src|migrations|sandbox|chaos|bench|test)/',
        pathNot: '^(sandbox/page|src/modules/console)/protocol\\.ts$',
      },
    },
    {
      name: 'rules-are-pure',
      comment: 'Rules import rules, types, schemas, data and errors only: no clock, no I/O, no framework.',
      severity: 'error',
      from: { path: '^src/.*\\.rules\\.ts$' },
      to: {
        pathNot: [
          '\\.(rules|types|schemas|errors|entity|data)\\.ts$',
          '^src/modules/[^/]+/index\\.ts$',
          '^node_modules/zod/',
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'dev-only-packages',
      comment: 'The image holds no development packages.',
      severity: 'error',
      from: { path: '^(src|migrations)/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|node_modules)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
